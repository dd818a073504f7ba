package sweep

import (
	"ltpbench/bench/plan"
	"ltpbench/bench/text"
)

// unseen reads the splits whose texts the training text loses besides those of the measured one.
func unseen(d plan.Data, f text.Format) (tests [][]text.Example, err error) {
	path, err := plan.Path(d.File)
	for _, split := range d.Unseen {
		if f.Split = split; err != nil || split == d.Split {
			continue
		}
		var other []text.Example
		_, other, err = text.ReadFile(path, f)
		tests = append(tests, other)
	}
	return tests, err
}
