package results

// KeyDoc is the meaning of a key.
type KeyDoc struct{ Name, Doc string }

// ConfigKeys returns the keys of a sweep's configuration, in the order of the record.
// A key that does not apply is absent. The slice belongs to the caller.
func ConfigKeys() []KeyDoc {
	return []KeyDoc{
		{KeyModel, "the model's folder, or the embedded model's name"},
		{KeyTask, "the task, or the text's file"},
		{"examples", "examples measured"},
		{"measured", "which examples those are, where a plan has taken a half of them or drawn them at random"},
		{"model-hash", "SHA-256 of the given model's weights, before any training, first 12 digits"},
		{"model-made-by", "of the embedded model: the program that regenerates it and its points, and the build that produced it"},
		{"data-hash", "SHA-256 of the texts and labels, first 12 digits"},
		{"plan", "hash of plan.toml, which is beside the record"},
		{KeyCompare, "which methods the verdict compares, where the plan names them: lists, separated by semicolons, of a method and those it is compared with"},
		{KeySeeds, "the training seeds"},
		{"tuning", "whether weights were fine-tuned for each point"},
		{"budgets-met-on", "the texts on which rules were fitted to the budgets; labels of measured texts are never used"},
		{"unreachable", "budgets that a rule cannot reach"},
		{"positive", "index of the positive class, for F1"},
		{"labels", "number of labels where several may hold at once; predictions are then numbers of sets, in which bit i is label i"},
		{KeyTruncated, "measured texts or pairs that are longer than the limit and truncated"},
		{"train-examples", "training examples after dropping duplicates"},
		{"train-half", "which half of the training text, by words, is used, where a plan names one"},
		{"train-dropped", "number of dropped training examples, by reason"},
		{"train-truncated", "training examples that are longer than the limit and truncated"},
		{"order", "order of the examples in the timed batches: natural, or length (sorted)"},
		{KeyBatch, "sequences of a timed batch, or tokens where batches are formed by tokens"},
		{"timed-examples", "examples of a timed pass, evenly spaced in the text; scores and FLOPs are of all"},
		{"rounds", "timed passes over all points, interleaved"},
		{"last-layer", "\"row 0 alone\": timed passes compute only the row that the classifier reads after the last attention, for all points alike; \"whole\": all rows"},
		{KeyDevice, "the device, as --device names it, defaults left out: cpu, cpu:avx2, cuda:1,bf16,eager; earlier records name its kind and eager alone"},
		{"kernel", "the kernels that ran: avx512, avx2, generic; on a GPU the architecture"},
		{"numerics", "version of the kernels' arithmetic: equal versions give equal weights and counted values, whatever the build and machine"},
		{"cpu", "the processor's name"},
		{"gpu", "in place of cpu: the card's name"},
		{"gpu-condition", "whether clocks, power and temperature were available while the card was timed (Card lines), or why not"},
		{"type", "compute type"},
		{"threads", "threads that computed"},
		{"goos", "operating system"},
		{"goarch", "architecture"},
		{"go", "version of Go"},
		{"build", "commit that the program was built from; +changes if the working tree had changes"},
		{"command", "command line"},
		{KeyJoined, "of a run that `ltpbench join` made: the runs whose seeds it has, and which of them have no times; a key in which they differ has every value, separated by |"},
		{KeyBegunBy, "builds and machines that began the run and counted lines of it, where another one resumed it; all times are of the last"},
	}
}

// NameKeys returns the keys in the names of a sweep's lines, in their order.
func NameKeys() []KeyDoc {
	return []KeyDoc{
		{KeyMethod, "the series a point belongs to: none, or a rule of `ltpbench ls pruners` with the parameters that set it apart, such as threshold, topk (the published schedule), topk:start=1"},
		{KeySpec, "the rule in full; `ltpbench ls pruners` explains it"},
		{KeyBudget, "relative paper FLOPs aimed at"},
		{KeySeed, "training seed, where the plan has several"},
		{KeyTuned, "yes: the weights were fine-tuned with this rule; no: they are the given ones"},
		{KeySelect, "host: the rule decided on the host although the device is another"},
		{KeyBatch, "Throughput: sequences of a batch"},
		{KeyTokens, "Length: tokens of the texts, from-to; Throughput: tokens of each text"},
		{KeyWhen, "Card: begin or end of the timing; timing: the worst of all readings between rounds, lowest clocks, highest power and temperature"},
		{KeyThrottled, "Card: what throttled the clocks, according to NVML: power-cap, heat, ...; with timing, at any reading"},
	}
}

// EvalKeys returns the keys in the names of eval's lines, in their order.
func EvalKeys() []KeyDoc {
	return []KeyDoc{
		{KeyModel, "the model's folder"},
		{KeyTask, "the task, or the text's file"},
		{KeyMethod, "as in a sweep's lines"},
		{KeySpec, "the rule in full"},
		{KeySeed, "training seed, if the model's training.json has it"},
		{"weights", "SHA-256 of the weights, first 12 digits"},
		{"learned", "SHA-256 of what the rule has learned, first 12 digits; missing where it has learned nothing"},
		{"data", "SHA-256 of the texts and labels, first 12 digits"},
		{KeyMaxLength, "maximal number of tokens of a text or pair, where --max-length is below the model's"},
		{KeyTruncated, "number of texts or pairs that were longer than the limit and truncated; missing where none was"},
	}
}
