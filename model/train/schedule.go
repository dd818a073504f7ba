package train

import (
	"fmt"
	"math"
	"strings"

	"ltpbench/internal/registry"
)

// Progress is how far a stage is: Step of Steps, counted from 0.
type Progress struct{ Step, Steps int }

// Share is the part of the stage that is over, from 0 to below 1.
func (p Progress) Share() float64 { return float64(p.Step) / float64(max(1, p.Steps)) }

// Schedule is a number as a function of training progress: what a learning rate or
// an objective's weight is multiplied by.
type Schedule interface{ At(p Progress) float64 }

// schedules is the registry; each schedule's file adds itself.
var schedules = registry.New[Schedule]("schedule",
	registry.Param{Key: "delay", Doc: "fraction of the steps at the beginning in which the rate is 0; default 0"})

// Schedules returns all registered schedules, sorted by name.
func Schedules() []registry.Entry[Schedule] { return schedules.Entries() }

// ParseSchedule makes the schedule that a text such as "linear:warmup=0.1" describes.
func ParseSchedule(text string) (Schedule, error) {
	s, args, err := schedules.Parse(text)
	if err != nil {
		return nil, err
	}
	delay, err := args.Float("delay", 0, 0, 1)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", text, err)
	}
	if delay > 0 {
		return delayed{delay, s}, nil
	}
	return s, nil
}

// delayed is 0 for a share of the steps, and runs another schedule over the rest.
type delayed struct {
	share float64
	then  Schedule
}

// At implements Schedule.
func (d delayed) At(p Progress) float64 {
	n := warmup(d.share, p)
	if p.Step < n {
		return 0
	}
	return d.then.At(Progress{p.Step - n, p.Steps - n})
}

// warmup returns the steps of a stage in which a learning rate rises: a share of
// all, and at least one unless the share is 0.
func warmup(share float64, p Progress) int {
	if share == 0 {
		return 0
	}
	return max(1, int(math.Floor(share*float64(p.Steps)+1e-9)))
}

// rising is the linear rise of a warm-up of n steps; false after it.
func rising(p Progress, n int) (float64, bool) {
	return float64(p.Step+1) / float64(max(1, n)), p.Step < n
}

// warmupParam is the parameter of schedules that begin with a warm-up.
var warmupParam = registry.Param{Key: "warmup", Doc: "fraction of the steps in which the rate rises; default 0.06, 0: none"}

func warmupShare(a registry.Args) (float64, error) { return a.Float("warmup", usualWarmup, 0, 1) }

const usualWarmup = 0.06

// name is a text's first part, what a registry finds it by.
func name(text string) string {
	name, _, _ := strings.Cut(text, ":")
	return name
}
