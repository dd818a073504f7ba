package text

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"slices"
	"sync"
)

//go:embed sst2-dev.tsv.gz
var sst2Dev []byte

// Embedded is SST-2's dev split whole, 872 sentences of film reviews, so that the program has real text to
// work on without any file. The slice is the caller's own.
//
// The data are the Stanford Sentiment Treebank's: R. Socher, A. Perelygin, J. Wu, J. Chuang, C. Manning,
// A. Ng, C. Potts, "Recursive Deep Models for Semantic Compositionality Over a Sentiment Treebank",
// EMNLP 2013; split by GLUE (Wang et al., 2019). Cite them in work that uses these sentences.
func Embedded() []Example { return slices.Clone(embedded()) }

var embedded = sync.OnceValue(func() []Example {
	t, err := Lookup("SST-2")
	if err != nil {
		panic("tasks: SST-2 is not in the table")
	}
	_, all, err := ReadEmbedded(Format{Task: t})
	if err != nil {
		panic("tasks: the embedded data are broken")
	}
	return all
})

// ReadEmbedded is ReadFile of the text of Embedded: its labels are a model's or another task's, as the format says.
func ReadEmbedded(f Format) (*Task, []Example, error) {
	z, err := gzip.NewReader(bytes.NewReader(sst2Dev))
	if err != nil {
		return nil, nil, err
	}
	f.Kind, f.Text, f.Pair, f.Label, f.Header = TSV, "sentence", "", "label", HeaderYes
	f.Separator, f.Quote = "", QuoteNo
	return read(z, "embedded SST-2", f)
}
