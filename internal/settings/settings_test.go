package settings

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

type Inner struct {
	Rate  float32 `toml:"rate" json:"rate" comment:"How fast." default:"2e-5" range:"(0,1)" aliases:"speed"`
	Drop  bool    `toml:"drop" comment:"Drop out." default:"true"`
	Learn bool    `toml:"learn" comment:"Learn."`
	Clip  bool    `toml:"clip" comment:"Clip." default:"false"`
	Scale float64 `toml:"scale" comment:"A scale." default:"0.5" range:"[0,1]" needs:"learn"`
}

type outer struct {
	Model string // no setting
	Inner
	Epochs int    `toml:"epochs" comment:"How often." default:"1" range:"[1,)"`
	Over   string `toml:"over" comment:"What." default:"real" enum:"real,padded"`
	Seed   uint64 `toml:"seed" flag:"-" default:"1"`
	List   []int  `toml:"list"`
}

func TestDefaults(t *testing.T) {
	o := outer{Model: "m"}
	Defaults(&o)
	want := outer{Model: "m", Inner: Inner{Rate: 2e-5, Drop: true, Scale: 0.5}, Epochs: 1, Over: "real", Seed: 1}
	if !reflect.DeepEqual(o, want) {
		t.Errorf("%+v", o)
	}
	if err := Check(&o, "--"); err != nil {
		t.Error(err)
	}
	o.Learn, o.Scale = false, 7
	if err := Check(o, "--"); err != nil {
		t.Errorf("a setting without effect: %v", err)
	}
	if Effective(&o); o.Scale != 0 || o.Rate == 0 {
		t.Errorf("%+v", o)
	}
}

func TestCheck(t *testing.T) {
	for want, change := range map[string]func(o *outer){
		"--rate 1: it has to be above 0 and below 1":             func(o *outer) { o.Rate = 1 },
		"--rate NaN: it has to be above 0":                       func(o *outer) { o.Rate = float32(math.NaN()) },
		"--epochs 0: it has to be 1 or more":                     func(o *outer) { o.Epochs = 0 },
		"--scale 2: it has to be from 0 to 1":                    func(o *outer) { o.Learn, o.Scale = true, 2 },
		`--over "all": it has to be one of real, padded`:         func(o *outer) { o.Over = "all" },
		"--rate 2: it has to be above 0 and below 1\n--epochs 0": func(o *outer) { o.Rate, o.Epochs = 2, 0 },
	} {
		var o outer
		Defaults(&o)
		change(&o)
		if err := Check(&o, "--"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for text, want := range map[string]string{"(0,1]": "above 0 and at most 1", "[0,1e6)": "from 0 and below 1e6", "(0,)": "above 0"} {
		if got := parseRange(text).String(); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	if r := parseRange("[1,)"); r.holds(math.Inf(1)) || r.holds(math.NaN()) || !r.holds(1) {
		t.Error("[1,) is wrong about its ends")
	}
}

// TestFlags: settings become flags that a parser fills in.
func TestFlags(t *testing.T) {
	f := NewFlags(outer{}, "Training")
	cli := struct{ kong.Plugins }{kong.Plugins{f.Struct()}}
	var help strings.Builder
	parser, err := kong.New(&cli, kong.Writers(&help, &help), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"--speed=0.5", "--no-drop", "--no-clip", "--scale", "0.25", "--epochs=3"}); err != nil {
		t.Fatal(err)
	}
	var o outer
	Defaults(&o)
	o.Clip = true // by a preset
	f.Apply(&o)
	if o.Rate != 0.5 || o.Drop || o.Clip || o.Epochs != 3 || o.Over != "real" {
		t.Errorf("%+v", o)
	}
	if got := strings.Join(f.Given(), " "); got != "rate drop clip scale epochs" {
		t.Errorf("given: %s", got)
	}
	if name, needs := f.Idle(&o); name != "scale" || needs != "learn" {
		t.Errorf("idle: %q needs %q", name, needs)
	}
	if _, err := parser.Parse([]string{"--seed=2"}); err == nil {
		t.Error("a setting without a flag has one")
	}
	if _, err := parser.Parse([]string{"--help"}); err == nil {
		t.Log(help.String())
	}
	for _, want := range []string{"How fast. Default: 2e-5.", "--[no-]drop", "--[no-]clip"} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("help lacks %q:\n%s", want, help.String())
		}
	}
}
