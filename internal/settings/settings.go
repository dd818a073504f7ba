// Package settings reads a struct whose tags declare each setting once: its name in
// TOML and as a flag (toml), what it does (comment), its default, its range or the
// values it may have, and which other settings it needs to have an effect. Embedded
// structs are part of the struct; fields without a toml name, or of a kind that is
// neither a number, a string nor a bool, are no settings.
//
//	Rate float32 `toml:"learning-rate" comment:"Highest learning rate." default:"2e-5" range:"(0,1)"`
package settings

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// setting is one field of a struct.
type setting struct {
	name  string
	field reflect.StructField
	value reflect.Value
}

// each lists the settings of a struct, or of the struct that a pointer points to.
func each(of any) []setting { return eachOf(reflect.Indirect(reflect.ValueOf(of))) }

func eachOf(v reflect.Value) []setting {
	var list []setting
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			list = append(list, eachOf(v.Field(i))...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if name != "" && name != "-" && plain(f.Type.Kind()) {
			list = append(list, setting{name, f, v.Field(i)})
		}
	}
	return list
}

func plain(k reflect.Kind) bool {
	return k == reflect.Bool || k == reflect.String || k == reflect.Float32 || k == reflect.Float64 || k >= reflect.Int && k <= reflect.Uint64
}

// Defaults sets every setting of the struct that p points to to its default.
func Defaults(p any) {
	for _, s := range each(p) {
		text, ok := s.field.Tag.Lookup("default")
		if !ok {
			s.value.SetZero()
			continue
		}
		if err := set(s.value, text); err != nil {
			panic("settings: the default of " + s.name + " is none: " + err.Error())
		}
	}
}

// set sets a value from text.
func set(v reflect.Value, text string) error {
	var err error
	switch k := v.Kind(); {
	case k == reflect.String:
		v.SetString(text)
	case k == reflect.Bool:
		var x bool
		x, err = strconv.ParseBool(text)
		v.SetBool(x)
	case k == reflect.Float32 || k == reflect.Float64:
		var x float64
		x, err = strconv.ParseFloat(text, v.Type().Bits())
		v.SetFloat(x)
	case v.CanInt():
		var x int64
		x, err = strconv.ParseInt(text, 10, v.Type().Bits())
		v.SetInt(x)
	default:
		var x uint64
		x, err = strconv.ParseUint(text, 10, v.Type().Bits())
		v.SetUint(x)
	}
	return err
}

// Check reports every setting that is out of its range, except those that have no
// effect. prefix is put before a setting's name: "--" where they are flags.
func Check(of any, prefix string) error {
	var errs []error
	list := each(of)
	for _, s := range list {
		if !effective(list, s) {
			continue
		}
		if text := s.field.Tag.Get("range"); text != "" {
			if r := parseRange(text); !r.holds(number(s.value)) {
				errs = append(errs, fmt.Errorf("%s%s %v: it has to be %s", prefix, s.name, s.value, r))
			}
		}
		if text := s.field.Tag.Get("enum"); text != "" {
			if of := strings.Split(text, ","); !slices.Contains(of, s.value.String()) {
				errs = append(errs, fmt.Errorf("%s%s %q: it has to be one of %s", prefix, s.name, s.value, strings.Join(of, ", ")))
			}
		}
	}
	return errors.Join(errs...)
}

func number(v reflect.Value) float64 {
	switch {
	case v.CanFloat():
		return v.Float()
	case v.CanInt():
		return float64(v.Int())
	}
	return float64(v.Uint())
}

// effective reports whether what a setting needs is set.
func effective(list []setting, s setting) bool {
	return missing(list, s) == ""
}

// missing returns the first setting that s needs and that is not set.
func missing(list []setting, s setting) string {
	needs := strings.Split(s.field.Tag.Get("needs"), ",")
	for _, other := range list {
		if slices.Contains(needs, other.name) && other.value.IsZero() {
			return other.name
		}
	}
	return ""
}

// Effective sets the settings of the struct that p points to that have no effect to zero.
func Effective(p any) {
	list := each(p)
	for _, s := range list {
		if !effective(list, s) {
			s.value.SetZero()
		}
	}
}
