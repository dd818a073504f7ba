package pruners

import "fmt"

// Decide has p decide for the rows of v and keeps row 0 of each sequence, so that
// a classifier always has a row to read. Scores that are not numbers are an
// error that names the layer, sequence and position: no rule ever sees one.
func Decide(p Pruner, v View, keep []bool) error {
	if err := CheckScores(v); err != nil {
		return err
	}
	clear(keep)
	p.Keep(v, keep)
	for b := range v.Seqs.Count() {
		if v.Seqs.Len(b) > 0 {
			keep[v.Seqs[b]] = true
		}
	}
	return nil
}

// CheckScores returns an error if a score of v is NaN.
func CheckScores(v View) error {
	if len(v.Scores) == 0 {
		return nil
	}
	each := len(v.Scores) / v.Seqs.Rows() // a network may give a row several
	for b := range v.Seqs.Count() {
		for i := int(v.Seqs[b]) * each; i < int(v.Seqs[b+1])*each; i++ {
			if s := v.Scores[i]; s != s {
				return fmt.Errorf("layer %d, sequence %d of the batch, position %d: the score is NaN; the weights or the input are damaged",
					v.Layer, b, v.Positions[i/each])
			}
		}
	}
	return nil
}
