package text

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// Hash returns twelve hex digits that identify examples with their labels.
func Hash(all []Example) string {
	h := sha256.New()
	hashInto(h, all)
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// HashLists is Hash for several lists, which it keeps apart.
func HashLists(lists ...[]Example) string {
	h := sha256.New()
	for _, list := range lists {
		hashInto(h, list)
		fmt.Fprintln(h)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

func hashInto(w io.Writer, all []Example) {
	for _, x := range all {
		fmt.Fprintf(w, "%q %q %v %d %v\n", x.Text, x.Pair, x.HasPair, x.Label, x.Score)
		if x.Set != 0 {
			fmt.Fprintf(w, "%x\n", x.Set)
		}
	}
}
