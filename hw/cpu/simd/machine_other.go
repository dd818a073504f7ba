//go:build !amd64 || noasm

package simd

// machine returns no sets: without assembly there is plain Go alone.
func machine() []*Set { return nil }

func (s *Set) run(t *tile, m, n int)                      { genericTile(t, m, n) }
func (s *Set) gelu(y, x []float32)                        { genericGELU(y, x) }
func (s *Set) geluGrad(d, dy, x []float32)                { genericGELUGrad(d, dy, x) }
func (s *Set) adamw(p, g, m, v []float32, c *[10]float32) { genericAdamW(p, g, m, v, c) }
func pause()                                              {}
