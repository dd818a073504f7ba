package recipe

import (
	"ltpbench/bench/text"
	"ltpbench/model"
	"ltpbench/model/tokenize"
)

// CutVocabulary cuts a model to the pieces that occur in the texts: its tokenizer, which it returns,
// and the rows of its embedding. Every one of these texts has the same tokens as before.
func CutVocabulary(c *model.Checkpoint, words *tokenize.Tokenizer, texts []text.Example) (*tokenize.Tokenizer, error) {
	used := map[int32]bool{int32(c.Config.PadID): true}
	for _, x := range texts {
		for _, text := range []string{x.Text, x.Pair} {
			e, err := words.Encode(text, nil, 0)
			if err != nil {
				return nil, err
			}
			for _, id := range e.IDs {
				used[id] = true
			}
		}
	}
	small, kept, err := words.Subset(used)
	if err != nil {
		return nil, err
	}
	old, d := c.Tensors["embed.word"], c.Config.Embedding()
	rows := make([]float32, 0, len(kept)*d)
	for i, id := range kept {
		rows = append(rows, old.Data[int(id)*d:(int(id)+1)*d]...)
		if int(id) == c.Config.PadID {
			c.Config.PadID = i
		}
	}
	c.Config.Vocab = len(kept)
	c.Tensors["embed.word"] = model.Tensor{Shape: []int{len(kept), d}, Data: rows}
	return small, nil
}
