package eval

import "ltpbench/results"

// Values are the evaluation's for a record: FLOPs of every reading, per example and
// relative to the unpruned model, and what is kept.
func (x *Evaluation) Values() []results.Value {
	n := float64(len(x.Kept))
	kept, layers := 0.0, 0.0
	for _, list := range x.Kept {
		for _, k := range list {
			kept, layers = kept+float64(k), layers+1
		}
	}
	ratio := x.Work.Relative(x.None)
	return []results.Value{
		{Unit: results.PaperRatio, Value: ratio.Paper},
		{Unit: results.PaperFLOPs, Value: float64(x.Work.Paper) / n},
		{Unit: results.ExecutedRatio, Value: ratio.Executed},
		{Unit: results.ExecutedFLOPs, Value: float64(x.Work.Executed) / n},
		{Unit: results.PaddedRatio, Value: ratio.Padded},
		{Unit: results.SelectOps, Value: float64(x.Work.Selection) / n},
		{Unit: results.KeptTokens, Value: kept / layers},
		{Unit: results.Tokens, Value: float64(x.Rows) / n},
	}
}
