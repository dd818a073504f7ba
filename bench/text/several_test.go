package text

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ltpbench/model"
)

// Several labels at once are read in every layout, by name, by number or by position.
func TestSeveral(t *testing.T) {
	ab := []Example{{Text: "x", Set: 0b11}, {Text: "y"}, {Text: "z", Set: 0b10}}
	names, numbers := []string{"a", "b"}, []string{"0", "1"}
	for _, test := range []struct {
		name, file, text string
		f                Format
		labels           []string
	}{
		{"commas", "x.tsv", "text\tlabels\nx\tb, a\ny\t\nz\tb\n", Format{}, names},
		{"semicolons", "x.csv", "text,labels\nx,a;b\ny,\nz,b\n", Format{}, names},
		{"bars", "x.tsv", "text\tlabels\nx\ta|b\ny\t\nz\tb\n", Format{}, names},
		{"lists", "x.jsonl", `{"text":"x","labels":["b","a"]}` + "\n" + `{"text":"y","labels":[]}` + "\n" + `{"text":"z","labels":["b"]}`, Format{}, names},
		{"lists of numbers", "x.jsonl", `{"text":"x","labels":[0,1]}` + "\n" + `{"text":"y","labels":[]}` + "\n" + `{"text":"z","labels":[1]}`, Format{}, numbers},
		{"numbers of a model's labels", "x.jsonl", `{"text":"x","labels":[0,1]}` + "\n" + `{"text":"y","labels":[]}` + "\n" + `{"text":"z","labels":[1]}`, Format{Labels: names, Model: "M"}, names},
		{"rows of floats", "x.jsonl", `{"text":"x","labels":[1.0,1.0]}` + "\n" + `{"text":"y","labels":[0.0,0.0]}` + "\n" + `{"text":"z","labels":[0.0,1.0]}`, Format{Labels: names, Model: "M"}, names},
		{"rows of floats without names", "x.jsonl", `{"text":"x","labels":[1.0,1.0]}` + "\n" + `{"text":"y","labels":[0.0,0.0]}` + "\n" + `{"text":"z","labels":[0.0,1.0]}`, Format{}, numbers},
		{"rows of whole numbers", "x.jsonl", `{"text":"x","labels":[1,1]}` + "\n" + `{"text":"y","labels":[0,0]}` + "\n" + `{"text":"z","labels":[0,1]}`, Format{Labels: names, Model: "M"}, names},
		{"Python's lists", "x.csv", "text,labels\nx,\"['a', 'b']\"\ny,[]\nz,['b']\n", Format{}, names},
		{"NumPy's rows", "x.csv", "text,labels\nx,[1 1]\ny,[0 0]\nz,[0 1]\n", Format{Labels: names, Model: "M"}, names},
		{"columns", "x.csv", "text,a,b\nx,1,1\ny,0,0\nz,0,1\n", Format{Label: "a,b"}, names},
		{"columns of floats", "x.csv", "text,a,b\nx,1.0,1.0\ny,0.0,0.0\nz,0.0,1.0\n", Format{Label: "a,b"}, names},
		{"columns in another order", "x.csv", "text,b,a\nx,1,1\ny,0,0\nz,1,0\n", Format{Label: "b, a", Labels: names, Model: "M"}, names},
		{"columns that the model names", "x.csv", "id,text,b,a\n1,x,1,1\n2,y,0,0\n3,z,1,0\n", Format{Labels: names, Model: "M"}, names},
		{"columns of a model without names", "x.csv", "text,b,a\nx,1,1\ny,0,0\nz,0,1\n", Format{Label: "b,a", Labels: []string{"LABEL_0", "LABEL_1"}, Model: "M"}, []string{"LABEL_0", "LABEL_1"}},
		{"members of objects", "x.jsonl", `{"text":"x","a":1,"b":true}` + "\n" + `{"text":"y","a":0,"b":false}` + "\n" + `{"text":"z","a":0,"b":true}`, Format{Label: "a,b"}, names},
		{"no header", "x.csv", "x,1,1\ny,0,0\nz,0,1\n", Format{Text: "1", Label: "2,3", Header: HeaderNo}, []string{"2", "3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.f.Several = true
			task, all, err := read(strings.NewReader(test.text), test.file, test.f)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(all, ab) || !slices.Equal(task.Labels, test.labels) || !task.Several {
				t.Errorf("%v with labels %v", all, task.Labels)
			}
		})
	}
}

// What is not clear about several labels is an error with its cure.
func TestSeveralRefused(t *testing.T) {
	names := []string{"a", "b", "c"}
	for _, test := range []struct {
		name, file, text string
		f                Format
		want             string
	}{
		{"a list unasked", "x.jsonl", `{"text":"x","label":["a"]}`, Format{}, "--multi-label"},
		{"columns unasked", "x.csv", "text,a,b\nx,1,1\n", Format{Label: "a,b"}, "--multi-label"},
		{"two separators", "x.tsv", "text\tlabel\nx\ta,b\ny\ta;b\n", Format{Several: true}, "line 3: labels are separated by \";\" here"},
		{"another label", "x.jsonl", `{"text":"x","label":["a","d"]}`, Format{Several: true, Labels: names, Model: "M"}, `line 1: unknown label "d"`},
		{"another width", "x.jsonl", `{"text":"x","label":[1.0,1.0]}`, Format{Several: true, Labels: names, Model: "M"}, "rows of 2 values"},
		{"rows of several widths", "x.jsonl", `{"text":"x","label":[1,1,0]}` + "\n" + `{"text":"x","label":[1,1]}`, Format{Several: true}, "line 2: its labels"},
		{"a value that is no flag", "x.csv", "text,a,b\nx,1,2\n", Format{Several: true, Label: "a,b"}, "line 2: its labels"},
		{"withheld", "x.csv", "text,a,b\nx,-1,-1\n", Format{Several: true, Label: "a,b"}, "withheld"},
		{"no labels at all", "x.jsonl", `{"text":"x","label":[]}`, Format{Several: true}, "no example has a label"},
		{"too many", "x.jsonl", `{"text":"x","label":[` + strings.Repeat("0.0,", MostAtOnce) + `1.0]}`, Format{Several: true}, "at most 53"},
		{"no column of that name", "x.csv", "text,a,b\nx,1,1\n", Format{Several: true, Label: "a,c"}, `there is no column "c"`},
	} {
		if _, _, err := read(strings.NewReader(test.text), test.file, test.f); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	for _, c := range []model.Config{{Labels: 3, Problem: model.Classification}, {Labels: 1}} {
		if _, err := FormatFor(Format{Several: true, Regression: c.Labels == 1}, &c, "M"); err == nil {
			t.Errorf("%+v: several labels are read for it", c)
		}
	}
	sst2 := task(t, "SST-2")
	if _, err := FormatFor(Format{Task: sst2}, &model.Config{Labels: 2, Problem: model.MultiLabel}, "M"); err == nil {
		t.Error("a task of one label fits a model of several")
	}
	if f, err := FormatFor(Format{}, &model.Config{Labels: 1, Problem: model.MultiLabel}, "M"); err != nil || !f.Several || f.Regression {
		t.Errorf("one label that holds or not: %+v, %v", f, err)
	}
}

// Micro and macro F1 are those of a table per label, and of a case worked out by hand.
func TestSeveralF1(t *testing.T) {
	three := &Task{Labels: []string{"a", "b", "c"}, Several: true}
	// a: TP 1, FP 1, FN 0; b: TP 1, FP 0, FN 1; c never: 2/3, 2/3, 0.
	predicted, truth := []float64{0b11, 0b01, 0}, []float64{0b11, 0b10, 0}
	if micro, macro := MicroF1.Of(three, predicted, truth), MacroF1.Of(three, predicted, truth); math.Abs(micro-2./3) > 1e-15 || math.Abs(macro-4./9) > 1e-15 {
		t.Errorf("micro %v, macro %v", micro, macro)
	}
	random := rand.New(rand.NewPCG(3, 1))
	for range 200 {
		task := &Task{Labels: make([]string, 1+random.IntN(MostAtOnce)), Several: true}
		n, mask := random.IntN(30), uint64(1)<<len(task.Labels)-1
		predicted, truth := make([]float64, n), make([]float64, n)
		for i := range n {
			predicted[i], truth[i] = float64(random.Uint64()&random.Uint64()&mask), float64(random.Uint64()&mask)
		}
		var tp, fp, fn, macro float64
		for l := range task.Labels {
			var table [2][2]float64
			for i := range n {
				table[uint64(predicted[i])>>l&1][uint64(truth[i])>>l&1]++
			}
			tp, fp, fn = tp+table[1][1], fp+table[1][0], fn+table[0][1]
			if precision, recall := table[1][1]/(table[1][1]+table[1][0]), table[1][1]/(table[1][1]+table[0][1]); table[1][1] > 0 {
				macro += 2 * precision * recall / (precision + recall) / float64(len(task.Labels))
			}
		}
		micro := 0.0
		if tp > 0 {
			micro = 2 * tp / (2*tp + fp + fn)
		}
		if a, b := MicroF1.Of(task, predicted, truth), MacroF1.Of(task, predicted, truth); math.Abs(a-micro) > 1e-12 || math.Abs(b-macro) > 1e-12 {
			t.Fatalf("%d labels, %d texts: micro %v, not %v; macro %v, not %v", len(task.Labels), n, a, micro, b, macro)
		}
	}
}

func TestSetOf(t *testing.T) {
	if s := SetOf([]float32{1, -1, 0, -2}); s != 0b101 || !slices.Equal(s.Hot(4), []float32{1, 0, 1, 0}) {
		t.Errorf("%b", s)
	}
}
