package text

// table holds the tasks that come with the program, in the layouts in which their authors and GLUE publish
// them. Label order is that of the GLUE and AG News data sets on the Hugging Face hub, so heads trained
// elsewhere fit.
var table = []Task{
	{
		Name: "SST-2", Labels: []string{"negative", "positive"}, Numbered: true, Positive: 1, Metrics: []Metric{Accuracy},
		Withheld: "test.tsv", Terms: "cite Socher et al., 2013",
		Splits: map[string][]File{
			"train": {{Name: "train.tsv", Header: true, Text: "sentence", Label: "label"}},
			"dev":   {{Name: "dev.tsv", Header: true, Text: "sentence", Label: "label"}},
			"test":  {{Name: "test-labeled.tsv", Header: true, Text: "content", Label: "label"}},
		},
	},
	{
		Name: "MRPC", Labels: []string{"not_equivalent", "equivalent"}, Numbered: true, Positive: 1, Pair: true, Metrics: []Metric{Accuracy, F1},
		Withheld: "test.tsv", Terms: "Microsoft Research's terms",
		Splits: map[string][]File{
			"train": {mrpc("train.tsv"), mrpc("msr_paraphrase_train.txt")},
			"dev":   {mrpc("dev.tsv")},
			"test":  {mrpc("test-labeled.tsv"), mrpc("msr_paraphrase_test.txt")},
		},
	},
	{
		Name: "RTE", Labels: []string{"entailment", "not_entailment"}, Positive: 1, Pair: true, Metrics: []Metric{Accuracy},
		Withheld: "test.tsv", Terms: "from the PASCAL challenges, which name none",
		Splits: map[string][]File{
			"train": {{Name: "train.tsv", Header: true, Text: "sentence1", Pair: "sentence2", Label: "label"}},
			"dev":   {{Name: "dev.tsv", Header: true, Text: "sentence1", Pair: "sentence2", Label: "label"}},
		},
	},
	{
		Name: "STS-B", Pair: true, Low: 0, High: 5, Metrics: []Metric{Pearson, Spearman},
		Withheld: "test.tsv", Terms: "scores CC BY-SA 4.0, texts as their sources say",
		Splits: map[string][]File{
			"train": {{Name: "train.tsv", Header: true, Text: "sentence1", Pair: "sentence2", Label: "score"}},
			"dev":   {{Name: "dev.tsv", Header: true, Text: "sentence1", Pair: "sentence2", Label: "score"}},
			"test":  {{Name: "sts-test-labeled.tsv", Text: "6", Pair: "7", Label: "5", Spare: 2}}, // some lines name the texts' sources
		},
	},
	{
		Name: "CoLA", Labels: []string{"unacceptable", "acceptable"}, Numbered: true, Positive: 1, Metrics: []Metric{Matthews, Accuracy},
		Withheld: "test.tsv", Terms: "excerpts, fair use for research",
		Splits: map[string][]File{
			"train": {{Name: "train.tsv", Text: "4", Label: "2"}},
			"dev":   {{Name: "dev.tsv", Text: "4", Label: "2"}},
		},
	},
	{
		Name: "QNLI", Labels: []string{"entailment", "not_entailment"}, Positive: 1, Pair: true, Metrics: []Metric{Accuracy},
		Withheld: "test.tsv", Terms: "CC BY-SA 4.0, from SQuAD",
		Splits: map[string][]File{
			"train": {{Name: "train.tsv", Header: true, Text: "question", Pair: "sentence", Label: "label"}},
			"dev":   {{Name: "dev.tsv", Header: true, Text: "question", Pair: "sentence", Label: "label"}},
		},
	},
	{
		Name: "Quora", Labels: []string{"not_duplicate", "duplicate"}, Numbered: true, Positive: 1, Pair: true, Metrics: []Metric{Accuracy, F1},
		Terms: "Quora's terms, non-commercial",
		Splits: map[string][]File{
			"train": {{Name: "train.tsv", Text: "1", Pair: "2", Label: "3"}},
			"test":  {{Name: "test.tsv", Text: "1", Pair: "2", Label: "3"}},
		},
	},
	{
		Name: "AGNews", Labels: []string{"World", "Sports", "Business", "Sci/Tech"}, Metrics: []Metric{Accuracy},
		Terms: "research and other non-commercial use",
		Splits: map[string][]File{
			"train": {{Name: "train.tsv", Text: "1", Label: "2"}},
			"test":  {{Name: "test.tsv", Text: "1", Label: "2"}},
		},
	},
	{
		Name: "IMDB", Labels: []string{"neg", "pos"}, Numbered: true, Positive: 1, Metrics: []Metric{Accuracy},
		Terms: "cite Maas et al., 2011",
		Splits: map[string][]File{
			"train": {{Name: "train.tsv", Header: true, Text: "text", Label: "label"}},
			"test":  {{Name: "test.tsv", Header: true, Text: "text", Label: "label"}},
			"unsup": {{Name: "unsup.tsv", Header: true, Text: "text"}},
		},
	},
}

func mrpc(name string) File {
	return File{Name: name, Header: true, Text: "#1 String", Pair: "#2 String", Label: "Quality"}
}
