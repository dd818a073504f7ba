package tasks

// table holds the tasks that come with the program, in the layouts in which their authors and GLUE publish
// them. Label order is that of the GLUE and AG News data sets on the Hugging Face hub, so heads trained
// elsewhere fit.
var table = []Task{
	{
		Name: "SST-2", Labels: []string{"negative", "positive"}, Numbered: true, Metrics: []Metric{Accuracy},
		Splits: map[string]File{
			"train": {Name: "train.tsv", Header: true, Text: "sentence", Label: "label"},
			"dev":   {Name: "dev.tsv", Header: true, Text: "sentence", Label: "label"},
			"test":  {Name: "test-labeled.tsv", Header: true, Text: "content", Label: "label"},
		},
	},
	{
		Name: "MRPC", Labels: []string{"not_equivalent", "equivalent"}, Numbered: true, Pair: true, Metrics: []Metric{Accuracy, F1},
		Splits: map[string]File{
			"train": {Name: "train.tsv", Header: true, Text: "#1 String", Pair: "#2 String", Label: "Quality"},
			"dev":   {Name: "dev.tsv", Header: true, Text: "#1 String", Pair: "#2 String", Label: "Quality"},
			"test":  {Name: "test-labeled.tsv", Header: true, Text: "#1 String", Pair: "#2 String", Label: "Quality"},
		},
	},
	{
		Name: "RTE", Labels: []string{"entailment", "not_entailment"}, Pair: true, Metrics: []Metric{Accuracy},
		Splits: map[string]File{
			"train": {Name: "train.tsv", Header: true, Text: "sentence1", Pair: "sentence2", Label: "label"},
			"dev":   {Name: "dev.tsv", Header: true, Text: "sentence1", Pair: "sentence2", Label: "label"},
		},
	},
	{
		Name: "STS-B", Pair: true, Low: 0, High: 5, Metrics: []Metric{Pearson, Spearman},
		Splits: map[string]File{
			"train": {Name: "train.tsv", Header: true, Text: "sentence1", Pair: "sentence2", Label: "score"},
			"dev":   {Name: "dev.tsv", Header: true, Text: "sentence1", Pair: "sentence2", Label: "score"},
			"test":  {Name: "sts-test-labeled.tsv", Text: "6", Pair: "7", Label: "5", Least: 7, Most: 9}, // some lines name the texts' sources
		},
	},
	{
		Name: "CoLA", Labels: []string{"unacceptable", "acceptable"}, Numbered: true, Metrics: []Metric{Matthews, Accuracy},
		Splits: map[string]File{
			"train": {Name: "train.tsv", Text: "4", Label: "2", Least: 4, Most: 4},
			"dev":   {Name: "dev.tsv", Text: "4", Label: "2", Least: 4, Most: 4},
		},
	},
	{
		Name: "QNLI", Labels: []string{"entailment", "not_entailment"}, Pair: true, Metrics: []Metric{Accuracy},
		Splits: map[string]File{
			"train": {Name: "train.tsv", Header: true, Text: "question", Pair: "sentence", Label: "label"},
			"dev":   {Name: "dev.tsv", Header: true, Text: "question", Pair: "sentence", Label: "label"},
		},
	},
	{
		Name: "Quora", Labels: []string{"not_duplicate", "duplicate"}, Numbered: true, Pair: true, Metrics: []Metric{Accuracy, F1},
		Splits: map[string]File{
			"train": {Name: "train.tsv", Text: "1", Pair: "2", Label: "3", Least: 3, Most: 3},
			"test":  {Name: "test.tsv", Text: "1", Pair: "2", Label: "3", Least: 3, Most: 3},
		},
	},
	{
		Name: "AGNews", Labels: []string{"World", "Sports", "Business", "Sci/Tech"}, Metrics: []Metric{Accuracy},
		Splits: map[string]File{
			"train": {Name: "train.tsv", Text: "1", Label: "2", Least: 2, Most: 2},
			"test":  {Name: "test.tsv", Text: "1", Label: "2", Least: 2, Most: 2},
		},
	},
	{
		Name: "IMDB", Labels: []string{"neg", "pos"}, Numbered: true, Metrics: []Metric{Accuracy},
		Splits: map[string]File{
			"train": {Name: "train.tsv", Header: true, Text: "text", Label: "label"},
			"test":  {Name: "test.tsv", Header: true, Text: "text", Label: "label"},
			"unsup": {Name: "unsup.tsv", Header: true, Text: "text"},
		},
	},
}
