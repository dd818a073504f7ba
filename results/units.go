package results

// The standard units. Every number of a record that tables and pictures read has
// one of these; Units says what each means.
//
// A unit u may come with its 95 % interval, u + "-low" and u + "-high".
const (
	Accuracy = "accuracy"
	F1       = "f1"
	Matthews = "matthews"
	Pearson  = "pearson"
	Spearman = "spearman"

	PaperFLOPs    = "paper-FLOPs/example"
	PaperRatio    = "paper-ratio"
	ExecutedFLOPs = "executed-FLOPs/example"
	ExecutedRatio = "executed-ratio"
	PaddedFLOPs   = "padded-FLOPs/example"
	PaddedRatio   = "padded-ratio"
	SelectOps     = "select-ops/example"
	KeptTokens    = "kept-tokens/example"
	Tokens        = "tokens/example"

	TokensPerSecond = "tok/s"
	SecondsPerOp    = "sec/op"
	Speedup         = "speedup"
	Efficiency      = "efficiency"
	P50Seconds      = "p50-sec"
	P95Seconds      = "p95-sec"
	P99Seconds      = "p99-sec"
	PeakBytes       = "peak-bytes"
	WarmUpPasses    = "warm-up-passes"
	WarmUpChange    = "warm-up-change"
	ClockMHz        = "sm-MHz"
	MemoryMHz       = "memory-MHz"
	Watts           = "watts"
	Celsius         = "celsius"
)

// Unit is the meaning of a unit.
type Unit struct {
	Name   string
	Label  string // for an axis or a heading
	Better string // "higher" or "lower"
	// Exact units come out the same on every repeat: they are counted, not timed.
	// benchstat then shows them without a range, and Rows refuses repeats that differ.
	Exact bool
	Doc   string // meaning, unit and formula
}

// Units returns the standard units. The slice belongs to the caller.
func Units() []Unit {
	return []Unit{
		{Accuracy, "accuracy", "higher", true, "right answers / examples, 0 to 1; -low and -high its 95 % interval over examples"},
		{F1, "F1", "higher", true, "2 precision recall / (precision + recall) of class 1, 0 to 1"},
		{Matthews, "Matthews correlation", "higher", true, "Matthews correlation of predicted and true class, -1 to 1"},
		{Pearson, "Pearson correlation", "higher", true, "Pearson correlation of predicted and true value, -1 to 1"},
		{Spearman, "Spearman correlation", "higher", true, "Spearman rank correlation of predicted and true value, -1 to 1"},
		{PaperFLOPs, "FLOPs per example (paper)", "lower", true, "the published formula over real tokens, 2 sum_i (2 d a_i^2 + 4 d^2 a_i + 2 d d_ff f_i), a_i tokens alive when layer i begins, f_i when its feed-forward does; mean over examples"},
		{PaperRatio, "relative FLOPs (paper)", "lower", true, "sum of paper FLOPs / sum of paper FLOPs without pruning, over all examples"},
		{ExecutedFLOPs, "FLOPs per example (executed)", "lower", true, "what the engine really multiplies: no context product and output projection of dropped rows, only row 0 after the last attention; mean over examples"},
		{ExecutedRatio, "relative FLOPs (executed)", "lower", true, "sum of executed FLOPs / sum of executed FLOPs without pruning"},
		{PaddedFLOPs, "FLOPs per example (padded)", "lower", true, "paper FLOPs without pruning of a program that pads every example to the maximal length"},
		{PaddedRatio, "relative FLOPs (padded)", "lower", true, "sum of paper FLOPs / sum of padded FLOPs without pruning: the basis of many published multipliers"},
		{SelectOps, "selection operations per example", "lower", true, "comparisons and additions of the rule that selects tokens, in no FLOPs column; mean over examples"},
		{KeptTokens, "tokens kept per layer", "lower", true, "tokens that leave a layer; mean over layers and examples"},
		{Tokens, "tokens per example", "lower", true, "real tokens of an example before pruning, separators counted, padding never; mean over examples"},
		{TokensPerSecond, "tokens/s", "higher", false, "real tokens before pruning / seconds, in batches; median over rounds"},
		{SecondsPerOp, "seconds", "lower", false, "seconds for the whole data set, in batches; one value per round"},
		{Speedup, "speed-up", "higher", false, "seconds without pruning / seconds, both of the same interleaved round; mean over rounds, -low and -high its 95 % interval by Student's t"},
		{Efficiency, "speed-up efficiency", "higher", false, "speed-up / (executed FLOPs without pruning / executed FLOPs): 1 when time falls as FLOPs do"},
		{P50Seconds, "median latency at batch 1, s", "lower", false, "median latency of an example at batch 1, seconds"},
		{P95Seconds, "95th percentile of latency at batch 1, s", "lower", false, "latency at batch 1 that 95 % of the examples stay under, seconds"},
		{P99Seconds, "99th percentile of latency at batch 1, s", "lower", false, "latency at batch 1 that 99 % of the examples stay under, seconds"},
		{PeakBytes, "peak memory, bytes", "lower", false, "largest resident memory of the whole program so far (VmHWM), bytes"},
		{WarmUpPasses, "passes before the clock starts", "lower", false, "passes of the first point before the clock started"},
		{WarmUpChange, "change at the end of the warm-up", "lower", false, "how much the last warm-up pass of the first point differed from the one before, as a share of it"},
		{ClockMHz, "clock of the multiprocessors, MHz", "higher", false, "clock of a card's multiprocessors, MHz"},
		{MemoryMHz, "clock of the memory, MHz", "higher", false, "clock of a card's memory, MHz"},
		{Watts, "power, W", "lower", false, "power that a card draws, W"},
		{Celsius, "temperature, °C", "lower", false, "temperature of a card, degrees Celsius"},
	}
}

// unitNamed returns the standard unit of that name; of an interval's end, the
// unit it is the end of.
func unitNamed(name string) (Unit, bool) {
	for _, u := range Units() {
		if u.Name == name || u.Name+"-low" == name || u.Name+"-high" == name {
			return u, true
		}
	}
	return Unit{}, false
}

// Label returns what an axis or a heading calls a unit: its own name if it is not a
// standard one.
func Label(unit string) string {
	if u, ok := unitNamed(unit); ok && u.Name == unit {
		return u.Label
	}
	return unit
}
