package pruners

import (
	"fmt"
	"slices"
	"strings"

	"ltpbench/internal/registry"
)

// Args are the parameters given in a spec.
type Args = registry.Args

// ParamDoc documents one parameter of a rule.
type ParamDoc struct{ Key, Doc string }

// Rule is a registered kind of pruner: how it is made, and as data whatever plans,
// training, the ledger and the verdict need to know of it. Nobody outside this
// package asks for a rule's name or Go type.
type Rule struct {
	Name string
	Doc  string // what it does and where it was published, one sentence or two
	// Params documents each parameter, in the order in which they are written.
	Params []ParamDoc
	// New makes the pruner; args hold only keys that Params names, and score= where Scores is set.
	New func(args Args) (Pruner, error)
	// Examples are specs that the registry's suite runs the rule with.
	Examples []string

	// Knobs are the parameters that a budget can set in place of a user, the usual one
	// first; a rule that has any is Tunable. A plan names the first by leaving it out
	// ("topk") and another by its key alone ("topk:keep").
	Knobs []Knob
	// Search, if not nil, is what a search can choose of a rule that is Searched.
	Search *Search
	// Series are the keys of parameters that make a rule a separate series in plans,
	// pictures and verdicts: "topk:start=1" is a rival of "topk".
	Series []string
	// Seed is the key of the parameter that a cell's seed sets; empty: nothing is random.
	Seed string
	// Scores means that the rule ranks or thresholds scores of attention, so that it
	// takes score= (see Source). It reads them by View.Scores alone.
	Scores bool
	// Cost is what choosing costs in each layer in which the rule decides by scores of attention, or by keys. What
	// other rules take to choose among the outputs of their networks is not counted, only the networks are.
	Cost Cost
	// Stages are the modes in which weights are fine-tuned together with the rule, one
	// after another, each for the same number of steps; nil: Hard alone. Soft needs a
	// rule that is Learnable, Lengths one that is a Sampler.
	Stages []Mode
	// Penalty is the objective, in place of mask, by which keeping tokens costs something in
	// a soft stage, at the training's lambda; empty: mask; NoPenalty: it costs nothing.
	Penalty string
	// Soft, if not nil, is how a soft stage deviates from the usual one.
	Soft *SoftStage
	// Start, if not nil, returns where learning begins on training text of so many tokens
	// and texts together, of a rule whose knob is where it starts.
	Start func(p Pruner, tokens, texts int) Pruner
	// Untrained are series, names that a budget completes, that are worth a try on weights as they are: those and only
	// those are what a decision without training compares.
	Untrained []string
	// Headline means that verdicts compare the rule with every other method by default.
	Headline bool
}

// NoPenalty is the Penalty of a rule that drops as much while it learns as later.
const NoPenalty = "none"

// SoftStage is how a stage in which a rule learns deviates from the usual one.
type SoftStage struct {
	Objectives []string // terms of the loss; nil: the task's and the mean mask
	Rate       float64  // learning rate of the model's weights over that of the rule's; 0: as in training
	Schedule   string   // of the weights' learning rate; empty: that of the rule's
	Teacher    bool     // the objectives read a teacher, by default the unpruned model
}

// Knob is a parameter that a budget sets.
type Knob struct {
	Key   string
	Start string // its value before a budget has set it
}

// Search describes a knob that is a list of Rates, of which a search finds the best for each
// budget.
type Search struct {
	Knob  string
	First int // the first layer whose rate may be below 1
	// Training is the rule that weights are trained with, once for all budgets.
	Training string
}

// Cost is how a rule chooses among the scores of one sequence.
type Cost int

// The ways to choose.
const (
	Compares Cost = iota // every score with one number: n comparisons
	Ranks                // by rank: n ceil(log2 n) comparisons
	Matches              // every other row with each of the rest, by the keys' mean over heads
)

// Mode is how a rule takes part in a stage of training.
type Mode string

// The modes: a mask weighs rows and learns; rows are dropped for good; or each step has a pass
// that drops nothing, one with the rule, and one with a rule drawn from it (see Sampler), and
// these two learn from the first: one training for all lengths between.
const (
	Soft    Mode = "soft"
	Hard    Mode = "hard"
	Lengths Mode = "lengths"
)

var (
	registered = registry.New[Pruner]("pruner")
	rules      = map[string]Rule{}
)

// Register makes a rule known. Two of one name, or a rule whose data name parameters
// that it does not take, are a bug and panic.
func Register(r Rule) {
	if r.Scores {
		r.Params = append(slices.Clone(r.Params), sourceParam)
		r.Series = append(slices.Clone(r.Series), sourceParam.Key)
		r.New = sourced(r.New)
	}
	keys := append(slices.Clone(r.Series), r.Seed)
	for _, k := range r.Knobs {
		keys = append(keys, k.Key)
	}
	for _, key := range keys {
		if key != "" && !r.takes(key) {
			panic(fmt.Sprintf("pruners: rule %s takes no parameter %s", r.Name, key))
		}
	}
	e := registry.Entry[Pruner]{Name: r.Name, Doc: r.Doc, New: r.New, Examples: r.Examples}
	for _, p := range r.Params {
		e.Params = append(e.Params, registry.Param(p))
	}
	registered.Register(e)
	rules[r.Name] = r
}

// Rules returns all registered rules, sorted by name.
func Rules() []Rule {
	list := make([]Rule, 0, len(rules))
	for _, r := range rules {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b Rule) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Parse makes the pruner that a spec string describes.
func Parse(text string) (Pruner, error) {
	p, _, err := registered.Parse(text)
	return p, err
}

// RuleOf returns the registry's entry of a pruner; one that is not registered, such
// as a test's, has the zero value but for its name.
func RuleOf(p Pruner) Rule {
	name := p.Spec().Name
	if r, ok := rules[name]; ok {
		return r
	}
	return Rule{Name: name}
}

func (r Rule) takes(key string) bool {
	return slices.ContainsFunc(r.Params, func(p ParamDoc) bool { return p.Key == key })
}

// Trains reports whether one of the rule's stages is of the mode.
func (r Rule) Trains(m Mode) bool {
	if r.Stages == nil {
		return m == Hard
	}
	return slices.Contains(r.Stages, m)
}

// Seeded returns p with its random choices set by a cell's seed; p itself where it
// makes none.
func Seeded(p Pruner, seed uint64) Pruner {
	r := RuleOf(p)
	if r.Seed == "" {
		return p
	}
	q, err := Parse(p.Spec().with(r.Seed, fmt.Sprint(seed)).String())
	if err != nil {
		panic("pruners: a seed does not fit its rule: " + err.Error())
	}
	return q
}

// Series names the series that a pruner belongs to: the rule's name, the knob that
// is not the usual one, and the parameters that the rule's Series lists.
func Series(p Pruner) string {
	s := p.Spec()
	return s.Name + join(RuleOf(p).series(s))
}

func (r Rule) series(s Spec) (parts []string) {
	for i, k := range r.Knobs {
		if i > 0 && s.has(k.Key) {
			parts = append(parts, k.Key)
		}
	}
	for _, a := range s.Args {
		if slices.Contains(r.Series, a.Key) {
			parts = append(parts, a.Key+"="+a.Value)
		}
	}
	return parts
}

func join(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return ":" + strings.Join(parts, ",")
}

// ParseSeries reads the name of a series whose knob a budget sets, such as "topk",
// "topk:keep" or "topk:start=1", and returns the pruner where its knob starts. ok is
// false for text that names no such series: a whole rule, an unknown one, or one
// without a knob.
func ParseSeries(text string) (p Pruner, ok bool, err error) {
	name, rest, some := strings.Cut(text, ":")
	r, known := rules[name]
	if !known || len(r.Knobs) == 0 {
		return nil, false, nil
	}
	knob, parts := r.Knobs[0], []string(nil)
	for _, part := range strings.Split(rest, ",") {
		if !some {
			break
		}
		key, _, given := strings.Cut(part, "=")
		at := slices.IndexFunc(r.Knobs, func(k Knob) bool { return k.Key == key })
		switch {
		case given && slices.Contains(r.Series, key):
			parts = append(parts, part)
		case !given && at >= 0:
			knob = r.Knobs[at]
		default:
			return nil, false, nil
		}
	}
	parts = append([]string{knob.Key + "=" + knob.Start}, parts...)
	p, err = Parse(name + join(parts))
	return p, err == nil, err
}

// Start returns where a rule begins to learn on training text of so many tokens and
// texts together (see Rule.Start).
func Start(p Pruner, tokens, texts int) Pruner {
	if start := RuleOf(p).Start; start != nil {
		return start(p, tokens, texts)
	}
	return p
}

// Untrained lists the series of all rules that are worth a try without training, by rule.
func Untrained() (list []string) {
	for _, r := range Rules() {
		list = append(list, r.Untrained...)
	}
	return list
}

// Headline reports whether a series is one of a headline rule.
func Headline(series string) bool {
	name, _, _ := strings.Cut(series, ":")
	return rules[name].Headline
}
