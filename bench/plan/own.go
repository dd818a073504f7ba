package plan

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"ltpbench/bench/recipe"
)

// Own is how single methods are trained otherwise than Training and Stages say: [[method]] in a plan. Methods whose
// settings were chosen apart from one another can be compared that way in one run.
type Own struct {
	Names []string `toml:"names" comment:"Methods, as in methods but without budgets."`
	// Training has the keys of Plan.Training that a recipe has, and no preset.
	Training map[string]any `toml:"training,omitempty"`
	Stages   []recipe.Stage `toml:"stage,omitempty"`
}

// Recipe returns the settings and the stages that a method is trained with; no stages stand for the usual ones.
func (p Plan) Recipe(method string) (recipe.Settings, []recipe.Stage) {
	for _, o := range p.Own {
		if slices.Contains(o.Names, method) {
			s, err := o.settings(p.Training.Settings)
			if err != nil {
				panic("plan: settings of a plan that Check refuses: " + err.Error())
			}
			if o.Stages == nil {
				return s, p.Stages
			}
			return s, o.Stages
		}
	}
	return p.Training.Settings, p.Stages
}

// settings puts a method's own settings over others.
func (o Own) settings(over recipe.Settings) (recipe.Settings, error) {
	text, err := toml.Marshal(o.Training)
	if err == nil {
		err = toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&over)
	}
	if _, ok := o.Training["preset"]; ok && err == nil {
		err = fmt.Errorf("preset is a setting of all methods: put it into [training]")
	}
	return over, err
}

// checkOwn finds settings of methods that the plan does not have, and wrong ones.
func (p Plan) checkOwn(bad report, methods map[string]bool) {
	seen := map[string]bool{}
	for i, o := range p.Own {
		key := fmt.Sprintf("method %d", i+1)
		if len(o.Names) == 0 {
			bad("%s: names is missing: the methods whose settings these are", key)
		}
		for _, name := range o.Names {
			if seen[name] {
				bad("%s: %s has settings of its own before", key, name)
			}
			if !methods[name] {
				bad("%s: %s is none of the plan's methods: %q", key, name, slices.Sorted(maps.Keys(methods)))
			}
			seen[name] = true
		}
		s, err := o.settings(p.Training.Settings)
		if err != nil {
			bad("%s: training: %w", key, err)
			continue
		}
		t := p.Training
		t.Settings = s
		t.check(func(format string, args ...any) { bad("%s: %w", key, fmt.Errorf(format, args...)) })
		if err := recipe.CheckStages(o.Stages); err != nil {
			bad("%s: %w", key, err)
		}
	}
}
