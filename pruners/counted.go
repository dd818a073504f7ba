package pruners

import "ltpbench/hw"

// keepCounted keeps of each sequence row 0 and the best others, as many as the rule counts.
func keepCounted[P Counted](p P, v View, keep []bool) {
	for b := range v.Seqs.Count() {
		i, j := v.Seqs[b], v.Seqs[b+1]
		KeepBest(v.Scores[i:j], p.Kept(v.Layer, v.Layers, int(v.Full[b])), keep[i:j])
	}
}

// BestSelector is a device that selects by rank: it keeps the first row of each
// sequence and the keep-1 others with the highest scores, of equal ones the earlier.
// keep has one number per sequence.
type BestSelector interface {
	SelectBest(rows, next hw.Ints, scored hw.Mat, s hw.Seqs, keep hw.Mat)
}

// keepCountedOn is keepCounted on a device; false if it lacks the kernel.
func keepCountedOn[P Counted](p P, d hw.Device, v DeviceView, s Selection) bool {
	device, ok := d.(BestSelector)
	if !ok {
		return false
	}
	keep := make([]float32, v.Seqs.Count)
	for b := range keep {
		keep[b] = float32(p.Kept(v.Layer, v.Layers, int(v.FullHost[b])))
	}
	d.Write(v.PerSequence, keep)
	device.SelectBest(s.Rows, s.Offsets, v.Scored, v.Seqs, v.PerSequence)
	return true
}
