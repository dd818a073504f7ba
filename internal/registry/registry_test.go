package registry

import (
	"strings"
	"testing"
)

func kinds() *Registry[float64] {
	r := New[float64]("scale", Param{"weight", "its weight"})
	r.Register(Entry[float64]{
		Name: "times", Params: []Param{{"by", "the factor"}, {"n", "how often"}, {"unit", "m or km"}},
		New: func(a Args) (float64, error) {
			by, err := a.Float("by", 2, 0, 10)
			if err != nil {
				return 0, err
			}
			n, err := a.Int("n", 1, 1, 3)
			if err != nil {
				return 0, err
			}
			unit, err := a.Choice("unit", "m", "km")
			if unit == "km" {
				by *= 1000
			}
			return by * float64(n), err
		},
	})
	r.Register(Entry[float64]{Name: "none", New: func(Args) (float64, error) { return 0, nil }})
	return r
}

func TestParse(t *testing.T) {
	r := kinds()
	for text, want := range map[string]float64{"times": 2, "times:by=3,n=2": 6, "times:unit=km,weight=4": 2000, "none": 0} {
		got, args, err := r.Parse(text)
		if err != nil || got != want {
			t.Errorf("%s is %v, %v; want %v", text, got, err, want)
		}
		if w, err := args.Float("weight", 1, 0, 9); err != nil || (w == 4) != strings.Contains(text, "weight") {
			t.Errorf("%s has weight %v, %v", text, w, err)
		}
	}
	for text, want := range map[string]string{
		"tims":               `no scale "tims"; there are: none, times`,
		"times:by":           `"by" is not key=value`,
		"times:by=":          "not key=value",
		"times:of=3":         `no parameter "of"; times takes: by, n, unit, weight`,
		"times:n=1,n=2":      `"n" is given twice`,
		"times:by=nan":       "by=nan is not a number from 0 to 10",
		"times:n=4":          "n=4 is not a whole number from 1 to 3",
		"times:unit=parsecs": "unit=parsecs is none of m, km",
		"none:x=1":           "none takes: weight",
	} {
		if _, _, err := r.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if list := r.Entries(); len(list) != 2 || list[0].Name != "none" || list[1].Params[3].Key != "weight" {
		t.Errorf("entries: %+v", list)
	}
	defer func() {
		if recover() == nil {
			t.Error("two entries of one name do not panic")
		}
	}()
	r.Register(Entry[float64]{Name: "none"})
}

// FuzzParse: no text breaks the parser.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"times:by=3,n=2", "none", "times:", ":=,", "times:by=1,,"} {
		f.Add(text)
	}
	r := kinds()
	f.Fuzz(func(t *testing.T, text string) {
		if x, _, err := r.Parse(text); err == nil && (x < 0 || x > 30000) {
			t.Errorf("%q is %v", text, x)
		}
	})
}
