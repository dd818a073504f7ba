package gpucheck

import (
	"fmt"
	"io"
)

// Paper prints the estimate that needs no card.
func Paper(w io.Writer) {
	fmt.Fprintln(w, "ESTIMATE, nothing here was measured: the least work of each operation of one layer of BERT-base")
	fmt.Fprintln(w, "in float32, and the least time that a card's data sheet allows for it (m: memory bounds it, c: arithmetic does).")
	for _, s := range Shapes {
		fmt.Fprintf(w, "\n%s\n%-24s %9s %9s %10s", s, "operation", "MFLOP", "MB", "FLOP/byte")
		for _, c := range Cards {
			fmt.Fprintf(w, " %12s", c.Name+", us")
		}
		fmt.Fprintln(w)
		for _, x := range Works(s) {
			fmt.Fprintf(w, "%-24s %9.1f %9.2f %10.2f", x.Name, x.FLOPs/1e6, x.Bytes/1e6, x.FLOPs/x.Bytes)
			for _, c := range Cards {
				us, memory := c.Bound(x, false)
				fmt.Fprintf(w, " %10.1f %s", us, map[bool]string{true: "m", false: "c"}[memory])
			}
			fmt.Fprintln(w)
		}
	}
}
