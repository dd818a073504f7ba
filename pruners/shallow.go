package pruners

import (
	"fmt"
	"strconv"

	"ltpbench/hw"
)

func init() {
	Register(Rule{
		Name:      "shallow",
		Doc:       "runs the first layers alone and drops no token, so that depth is pruned in place of width; its FLOPs are the layers' share, and a budget takes the nearest",
		Params:    []ParamDoc{{"layers", "how many of the model's layers run"}},
		New:       newFirstLayers,
		Knobs:     []Knob{{"layers", "1"}},
		Untrained: []string{"shallow"},
		Examples:  []string{"shallow:layers=3", "shallow:layers=1"},
	})
}

// FirstLayers runs the first Layers of a model. The head reads what the last of them made.
type FirstLayers struct {
	None
	Layers int
}

func newFirstLayers(a Args) (Pruner, error) {
	if !a.Has("layers") {
		return nil, errMissing("layers")
	}
	n, err := a.Int("layers", 1, 1, 1000)
	return FirstLayers{Layers: n}, err
}

// Spec implements Pruner.
func (p FirstLayers) Spec() Spec { return Spec{"shallow", []Arg{{"layers", strconv.Itoa(p.Layers)}}} }

// Check implements Checker: some layer of the model has to be left out.
func (p FirstLayers) Check(layers int) error {
	switch {
	case p.Layers < layers:
		return nil
	case layers == 1:
		return fmt.Errorf("pruner %s leaves no layer out of a model of 1 layer: leave the pruner out", p.Spec())
	}
	return fmt.Errorf("pruner %s leaves no layer out of a model of %d: give at most layers=%d", p.Spec(), layers, layers-1)
}

// Depth implements Shallow.
func (p FirstLayers) Depth(layers int) int { return p.Layers }

// Deep implements Shallow.
func (p FirstLayers) Deep(layers int) Pruner { return FirstLayers{Layers: layers} }

// Kept implements Counted.
func (FirstLayers) Kept(layer, layers, full int) int { return full }

// Score implements Pruner: none is read.
func (FirstLayers) Score(layer, layers int) hw.Score { return hw.Score{} }
