package results

import (
	"cmp"
	"strconv"
)

// Key is a name and its value: one part of a point's name, or one line of a
// record's configuration.
type Key struct{ Name, Value string }

// Names of the keys that tables and figures read. A run may use others too.
const (
	KeyModel     = "model"
	KeyTask      = "task"
	KeyDevice    = "device"
	KeyMethod    = "method" // a rule with its training, one series of a figure: "topk:start=1"
	KeyCompare   = "compare"
	KeySpec      = "spec"   // the pruner in full: "topk:rate=0.2,start=1"
	KeyBudget    = "budget" // relative FLOPs aimed at
	KeySeed      = "seed"
	KeyBatch     = "batch"      // of a Throughput line: sequences of a batch
	KeyTokens    = "tokens"     // of a Length or Throughput line: tokens of each text, "16-31" or "64"
	KeyMaxLength = "max-length" // of eval: maximal number of tokens of a text, where it is below the model's
	KeyTruncated = "truncated"  // how many texts were longer than that; missing where none was
	KeySelect    = "select"     // "host": the rule decided on the host although the device is another
	KeyBegunBy   = "begun-by"   // of a record's configuration: see ConfigKeys
	KeyTuned     = "tuned"      // "yes" or "no": whether the weights were fine-tuned with this rule
)

// MethodNone is the value of KeyMethod of the point without pruning, against
// which ratios and speed-ups are taken.
const MethodNone = "none"

// Value is one number and its unit; Units lists the registered ones.
type Value struct {
	Unit  string
	Value float64
}

// Point is one measurement: a line of a record.
type Point struct {
	Name   string // what was run; begins with a capital letter: "Sweep"
	Keys   []Key  // from coarse to fine
	Procs  int    // host threads, as in the names of Go's own benchmarks; 0 stands for 1
	Iters  int    // number of repetitions: examples, or rounds; 0 stands for 1
	Values []Value
}

// Key returns the value of the named key, or "".
func (p *Point) Key(name string) string { return lookup(p.Keys, name) }

// Series returns the name of the point's series in a figure: its method, and whether the
// weights were not fine-tuned.
func (p *Point) Series() string {
	name := cmp.Or(p.Key(KeyMethod), p.Name)
	if p.Untuned() {
		name += ", not fine-tuned"
	}
	return name
}

// Value returns the point's first value of that unit.
func (p *Point) Value(unit string) (float64, bool) {
	for _, v := range p.Values {
		if v.Unit == unit {
			return v.Value, true
		}
	}
	return 0, false
}

// Interval returns the 95 % interval of a unit, its "-low" and "-high" values.
func (p *Point) Interval(unit string) (low, high float64, ok bool) {
	low, ok = p.Value(unit + "-low")
	if !ok {
		return 0, 0, false
	}
	high, ok = p.Value(unit + "-high")
	return low, high, ok
}

// Decimal writes a number for the name of a point: never as 1e-3, which
// benchstat would read as a run with GOMAXPROCS 3.
func Decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func lookup(keys []Key, name string) string {
	for _, k := range keys {
		if k.Name == name {
			return k.Value
		}
	}
	return ""
}
