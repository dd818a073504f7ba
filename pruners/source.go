package pruners

import (
	"strings"

	"ltpbench/hw"
)

// Source is which number of attention a rule ranks or thresholds.
type Source string

// The sources.
const (
	Received    Source = "received"    // attention received from all rows, summed over heads
	Others      Source = "others"      // the same without what a row pays itself (PoWER-BERT, arXiv 2001.08950)
	CLS         Source = "cls"         // attention paid by row 0 (EViT, arXiv 2202.07800)
	Accumulated Source = "accumulated" // received, summed over the layers so far (SpAtten, arXiv 2012.09852)
	Noise       Source = "random"      // uniform random numbers with mean 1, the control for the score: see noise
)

var sources = []string{string(Received), string(Others), string(CLS), string(Accumulated), string(Noise)}

var sourceParam = ParamDoc{"score", "score to rank or compare: " + strings.Join(sources, ", ") + "; default received"}

// score is what attention has to report.
func (s Source) score() hw.Score {
	switch s {
	case Others:
		return hw.Score{Kind: hw.ReceivedFromOthers}
	case CLS:
		return hw.Score{Kind: hw.FromFirst}
	case Accumulated:
		return hw.Score{Kind: hw.Received, Accumulated: true}
	}
	return hw.Score{Kind: hw.Received}
}

// sourced makes the rules of a constructor read what score= names.
func sourced(make func(Args) (Pruner, error)) func(Args) (Pruner, error) {
	return func(a Args) (Pruner, error) {
		text, err := a.Choice(sourceParam.Key, sources...)
		if err != nil {
			return nil, err
		}
		p, err := make(a)
		if err != nil || Source(text) == Received {
			return p, err
		}
		if Source(text) == Noise {
			return noise{p}, nil
		}
		return from{p, Source(text)}, nil
	}
}

// from is a rule that reads another score where its own reads received attention.
// It decides as that does, and keeps all that it can do.
type from struct {
	Pruner
	source Source
}

// Unwrap implements Wrapper.
func (p from) Unwrap() Pruner { return p.Pruner }

// Wrap implements Wrapper.
func (p from) Wrap(inner Pruner) Pruner { return from{inner, p.source} }

// Spec implements Pruner.
func (p from) Spec() Spec { return p.Pruner.Spec().with(sourceParam.Key, string(p.source)) }

// Score implements Pruner. What accumulates is read in every layer, from the first
// on, whether the rule decides there or not.
func (p from) Score(layer, layers int) hw.Score { return p.source.in(p.Pruner.Score(layer, layers)) }

// in is what is read in a layer of which the rule reads s.
func (s Source) in(own hw.Score) hw.Score {
	score := s.score()
	if !score.Accumulated && own.Kind == hw.NoScore {
		return hw.Score{}
	}
	return score
}

// Decides implements Decider: where the rule itself does.
func (p from) Decides(layer, layers int) bool { return Decides(p.Pruner, layer, layers) }

// fromLearner is the learner of a rule that reads another score.
type fromLearner struct {
	Learner
	source Source
}

func (l fromLearner) inner() Learner { return l.Learner }

// Score implements Learner.
func (l fromLearner) Score(layer int) hw.Score { return l.source.in(l.Learner.Score(layer)) }
