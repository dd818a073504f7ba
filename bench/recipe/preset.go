package recipe

import (
	"cmp"
	"fmt"

	"ltpbench/model/train"
)

// Published is the preset with the settings of LTP's authors (Kim et al., arXiv
// 2107.00910, and their program, github.com/kssteven418/LTP).
const Published = "published"

// BySize as a number of soft epochs leaves it to the size of the training text, as the
// authors do: 10 epochs for small tasks, 1 for large ones.
const BySize = -1

// smallTask is how many training texts a small task has at most. The authors name RTE
// and MRPC as small, SST-2, QNLI and larger ones as large: 3,700 against 67,000.
const smallTask = 10_000

// UsePreset sets what a preset sets; what is set afterwards goes over it. An empty
// name sets nothing.
func (s *Settings) UsePreset(name string) error {
	switch name {
	case "":
		return nil
	case Published:
	default:
		return fmt.Errorf("preset %q is unknown; there is %s", name, Published)
	}
	s.Preset = Published
	s.Batch, s.BatchTokens, s.Epochs, s.SoftEpochs = 64, 0, 5, BySize
	// The hard stage was searched over 5e-6, 1e-5 and 2e-5; thresholds learn at the
	// weights' rate.
	s.LearningRate, s.LearnerRate, s.Schedule = 2e-5, 0, "linear:warmup=0"
	s.WeightDecay, s.MaxGradNorm, s.ClipTogether, s.EpsFirst, s.Dropout, s.Freeze = 0, 1, true, true, true, train.Nothing
	// Lambda was searched from 0.01 to 0.2, the temperature over 1, 2, 5, 10 and
	// 20e-4; 1e-3 is the program's own.
	s.Lambda, s.Steer, s.Regulariser, s.Temperature = 0.1, false, train.PaddedPositions, 1e-3
	return nil
}

// Sized returns the recipe for a training text of so many examples, with a number of
// soft epochs in place of BySize.
func (c Recipe) Sized(examples int) Recipe {
	if c.SoftEpochs == BySize {
		c.SoftEpochs = 1
		if c.Examples > 0 {
			examples = min(examples, c.Examples)
		}
		if examples <= smallTask {
			c.SoftEpochs = 10
		}
	}
	return c
}

// softEpochs is how many epochs a soft stage has.
func (c *Recipe) softEpochs() int { return cmp.Or(max(0, c.SoftEpochs), c.Epochs) }
