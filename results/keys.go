package results

// KeyDoc is the meaning of a key.
type KeyDoc struct{ Name, Doc string }

// ConfigKeys returns the keys of a sweep's configuration, in the order of the record.
// A key that does not apply is not there. The slice belongs to the caller.
func ConfigKeys() []KeyDoc {
	return []KeyDoc{
		{KeyModel, "the model's folder, or the embedded model's name"},
		{KeyTask, "the task, or the text's file"},
		{"examples", "examples measured"},
		{"model-hash", "SHA-256 of the weights, first 12 digits: the unpruned model as it was given"},
		{"model-made-by", "of the embedded model: the program that makes it and its points again, and the build it was made with"},
		{"data-hash", "SHA-256 of the texts and labels, first 12 digits"},
		{"plan", "hash of plan.toml, which stands beside the record word for word"},
		{KeyCompare, "which methods the verdict compares, where the plan names them: lists, separated by semicolons, of a method and those it is compared with"},
		{KeySeeds, "the training seeds"},
		{"tuning", "whether weights were fine-tuned for each point"},
		{"budgets-met-on", "the texts on which rules were fitted to the budgets, never the measured ones' labels"},
		{"unreachable", "budgets that a rule cannot meet"},
		{"positive", "index of the class that F1 is about"},
		{"train-examples", "training examples that were left after duplicates were dropped"},
		{"train-dropped", "how many training examples were dropped, and why"},
		{"order", "order of the examples in the timed batches: natural, or length (sorted)"},
		{KeyBatch, "sequences of a timed batch, or tokens where batches are formed by tokens"},
		{"timed-examples", "examples of a timed pass, at even distances in the text; scores and FLOPs are of all"},
		{"rounds", "timed passes over all points, interleaved"},
		{"last-layer", "\"row 0 alone\": after the last attention only the row that the classifier reads is computed in what is timed, for all points alike; \"whole\": all rows"},
		{KeyDevice, "the device, as --device names it"},
		{"kernel", "the kernels that ran: avx512, avx2, generic; on a GPU the architecture"},
		{"numerics", "version of the kernels' arithmetic: equal versions give equal weights and counted values, whatever the build and machine"},
		{"cpu", "the processor's name"},
		{"gpu", "in place of cpu: the card's name"},
		{"gpu-condition", "whether the card told clocks, power and temperature while it was timed (Card lines), or why not"},
		{"type", "compute type"},
		{"threads", "threads that computed"},
		{"goos", "operating system"},
		{"goarch", "architecture"},
		{"go", "version of Go"},
		{"build", "commit that the program was built from; +changes if the tree had others"},
		{"command", "command line"},
		{KeyBegunBy, "builds and machines that began the run and counted lines of it, where another one resumed it; all times are of the last"},
	}
}

// NameKeys returns the keys in the names of a sweep's lines, in their order.
func NameKeys() []KeyDoc {
	return []KeyDoc{
		{KeyMethod, "the series a point belongs to: none, or a rule of `ltpbench ls pruners` with the parameters that set it apart, such as threshold, topk (the published schedule), topk:start=1"},
		{KeySpec, "the rule in full; `ltpbench ls pruners` explains it"},
		{KeyBudget, "relative paper FLOPs that were asked for"},
		{KeySeed, "training seed, where the plan has several"},
		{KeyTuned, "yes: the weights were fine-tuned with this rule; no: they are as they were given"},
		{KeySelect, "host: the rule decided on the host although the device is another"},
		{KeyBatch, "Throughput: sequences of a batch"},
		{KeyTokens, "Length: tokens of the texts, from-to; Throughput: tokens of each text"},
		{KeyWhen, "Card: begin or end of the timing; timing: the worst of all readings between rounds, lowest clocks, highest power and temperature"},
		{KeyHeld, "Card: what held the clocks down, by NVML: power-cap, heat, ...; with timing, at any reading"},
	}
}

// EvalKeys returns the keys in the names of eval's lines, in their order.
func EvalKeys() []KeyDoc {
	return []KeyDoc{
		{KeyModel, "the model's folder"},
		{KeyTask, "the task, or the text's file"},
		{KeyMethod, "as of a sweep's lines"},
		{KeySpec, "the rule in full"},
		{KeySeed, "training seed, where the model's training.json tells it"},
		{"weights", "SHA-256 of the weights, first 12 digits"},
		{"learned", "SHA-256 of what the rule has learned, first 12 digits; missing where it has learned nothing"},
		{"data", "SHA-256 of the texts and labels, first 12 digits"},
		{KeyMaxLength, "tokens of a text or pair at most, where --max-length cuts to fewer than the model takes"},
	}
}
