package hw

import (
	"errors"
	"strings"
	"testing"
)

// TestOpen: a device's name is read word by word in any order, and what it was opened
// as is one name, whatever the order.
func TestOpen(t *testing.T) {
	var got Options
	opened := errors.New("opened")
	Register(Driver{
		Name: "test", Open: func(o Options) (Device, error) { got = o; return nil, opened },
		Types: []Type{F32, BF16, F16}, Variant: "cards", Variants: func() []string { return []string{"0", "1"} }, Eager: true,
	})
	Register(Driver{Name: "plain", Open: func(o Options) (Device, error) { got = o; return nil, opened }})
	defer delete(drivers, "test")
	defer delete(drivers, "plain")
	for _, c := range []struct {
		name string
		with Options
		want Options
		says string
	}{
		{name: "test", want: Options{Type: F32, Name: "test"}},
		{name: "test:0,f32", want: Options{Type: F32, Variant: "0", Name: "test"}},
		{name: "test:1", want: Options{Type: F32, Variant: "1", Name: "test:1"}},
		{name: "test:eager,bf16,1", want: Options{Type: BF16, Variant: "1", Eager: true, Name: "test:1,bf16,eager"}},
		{name: "test:eager", with: Options{Type: F16, Threads: 3}, want: Options{Type: F16, Threads: 3, Eager: true, Name: "test:f16,eager"}},
		{name: "test:bf16", with: Options{Type: F16}, want: Options{Type: BF16, Name: "test:bf16"}},
		{name: "plain", want: Options{Type: F32, Name: "plain"}},
		{name: "plain:x", want: Options{Type: F32, Variant: "x", Name: "plain:x"}},
		{name: "none", says: `no device "none"; this build has: plain, test`},
		{name: "test:2", says: `device test:2: no "2" here; test has: cards 0, 1; compute types f32, bf16, f16; eager`},
		{name: "test:", says: `no "" here`},
		{name: "test:1,,bf16", says: `no "" here`},
		{name: "test:tf32", says: `no "tf32" here`},
		{name: "test:bf16,f16", says: "bf16 and f16 are two compute types; name one"},
		{name: "test:0,1", says: "0 and 1 are two cards; name one"},
		{name: "test", with: Options{Type: "f7"}, says: "device test computes in f32, bf16, f16, not in f7"},
		{name: "plain", with: Options{Type: BF16}, says: "device plain computes in f32, not in bf16"},
		{name: "test:bf16", with: Options{Type: "f7"}, says: "device test computes in f32, bf16, f16, not in f7"},
		{name: "test", with: Options{Threads: -5}, says: "threads (--threads) -5"},
	} {
		_, err := Open(c.name, c.with)
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: error %v, which should say %q", c.name, err, c.says)
			}
			continue
		}
		if err != opened || got != c.want {
			t.Errorf("%s: %v, opened with %+v, want %+v", c.name, err, got, c.want)
		}
		again := got.Name
		if Open(again, Options{}); got.Name != again {
			t.Errorf("%s: opened again by its name %s it is %s", c.name, again, got.Name)
		}
	}
}
