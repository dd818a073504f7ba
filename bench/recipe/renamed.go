package recipe

import "encoding/json"

// UnmarshalJSON reads a recipe, also under the names that settings of older
// training.json files have.
func (c *Recipe) UnmarshalJSON(data []byte) error {
	type current Recipe
	if err := json.Unmarshal(data, (*current)(c)); err != nil {
		return err
	}
	var old struct {
		Rate       *float32 `json:"rate"`
		Decay      *float32 `json:"decay"`
		Clip       *float32 `json:"clip"`
		Difference *bool    `json:"difference"`
	}
	if err := json.Unmarshal(data, &old); err != nil {
		return err
	}
	take(&c.LearningRate, old.Rate)
	take(&c.WeightDecay, old.Decay)
	take(&c.MaxGradNorm, old.Clip)
	take(&c.Delta, old.Difference)
	return nil
}

func take[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
