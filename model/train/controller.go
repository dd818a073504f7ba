package train

import (
	"fmt"
	"math"
)

// Controller sets a value by feedback: after each step it learns what the batch
// needed, in relative `paper` FLOPs.
type Controller interface {
	Observe(ratio float64)
	Value() float64
	// State and Restore save a controller's memory and put it back, to the last bit.
	State() []float64
	Restore(state []float64) error
}

// budgetWeight steers an objective's weight towards a budget. By each step the error,
// the FLOPs ratio less the budget, multiplies it by exp(integral·error) for good, and
// for the moment by 1 + proportional·error, at most by largest either way. Below the
// budget it is soon negative, since thetas that have gone too high have to be drawn
// back: masks near 0 send hardly any gradient of the task.
type budgetWeight struct{ budget, steered, value float64 }

const integral, proportional, largest = 0.05, 20, 3

// BudgetWeight returns a controller of a mask's weight, which begins at weight.
func BudgetWeight(weight float32, budget float64) Controller {
	return &budgetWeight{budget, float64(weight), float64(weight)}
}

func (c *budgetWeight) Observe(ratio float64) {
	off := ratio - c.budget
	c.steered *= math.Exp(integral * off)
	c.value = c.steered * max(-largest, min(largest, 1+proportional*off))
}

func (c *budgetWeight) Value() float64                { return c.value }
func (c *budgetWeight) State() []float64              { return []float64{c.steered, c.value} }
func (c *budgetWeight) Restore(state []float64) error { return restore(state, &c.steered, &c.value) }

// budgetFactor steers the common factor of a rule's parameters: the error multiplies it
// by exp(rescaling·error).
type budgetFactor struct{ budget, value float64 }

const rescaling = 0.1

// BudgetFactor returns a controller of a factor, which begins at 1.
func BudgetFactor(budget float64) Controller { return &budgetFactor{budget, 1} }

func (c *budgetFactor) Observe(ratio float64)         { c.value *= math.Exp(rescaling * (ratio - c.budget)) }
func (c *budgetFactor) Value() float64                { return c.value }
func (c *budgetFactor) State() []float64              { return []float64{c.value} }
func (c *budgetFactor) Restore(state []float64) error { return restore(state, &c.value) }

func restore(state []float64, to ...*float64) error {
	if len(state) != len(to) {
		return fmt.Errorf("a controller's state has %d numbers; this one has %d", len(state), len(to))
	}
	for i, x := range state {
		*to[i] = x
	}
	return nil
}
