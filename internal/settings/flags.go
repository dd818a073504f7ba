package settings

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
)

// Flags is a struct of flags, one for each setting of another struct; nil where one was
// not given. Kong reads it as a plug-in.
type Flags struct{ of reflect.Value }

// NewFlags returns flags for the settings of a struct type, with a group's title.
// Settings that are tagged flag:"-" or listed as without have none; bools that are
// tagged with a default get a second flag that begins with no-.
func NewFlags(of any, group string, without ...string) *Flags {
	var fields []reflect.StructField
	for _, s := range each(of) {
		if s.field.Tag.Get("flag") == "-" || slices.Contains(without, s.name) {
			continue
		}
		fields = append(fields, reflect.StructField{Name: s.field.Name, Type: reflect.PointerTo(s.field.Type), Tag: flagTag(s, group)})
	}
	return &Flags{reflect.New(reflect.StructOf(fields))}
}

func flagTag(s setting, group string) reflect.StructTag {
	t := s.field.Tag
	help := t.Get("comment")
	text := t.Get("default")
	if text != "" && s.value.Kind() != reflect.Bool {
		help += " Default: " + text + "."
	}
	tag := fmt.Sprintf("name:%q help:%s", s.name, strconv.Quote(help))
	if g := t.Get("group"); g != "" {
		group = g
	}
	tag += fmt.Sprintf(" group:%q", group)
	switch {
	case s.value.Kind() == reflect.Bool && text != "":
		tag += ` negatable:""`
	case s.value.Kind() == reflect.Bool:
	case t.Get("placeholder") != "":
		tag += fmt.Sprintf(" placeholder:%q", t.Get("placeholder"))
	default:
		tag += ` placeholder:"N"`
	}
	for _, key := range []string{"short", "aliases"} {
		if v := t.Get(key); v != "" {
			tag += fmt.Sprintf(" %s:%q", key, v)
		}
	}
	return reflect.StructTag(tag)
}

// Struct is a pointer to the struct that the command line's parser fills in.
func (f *Flags) Struct() any { return f.of.Interface() }

// Apply sets those settings of the struct that p points to that were given.
func (f *Flags) Apply(p any) {
	given := f.of.Elem()
	for _, s := range each(p) {
		if g := given.FieldByName(s.field.Name); g.IsValid() && !g.IsNil() {
			s.value.Set(g.Elem())
		}
	}
}

// Given returns the names of the settings that were given.
func (f *Flags) Given() []string {
	var names []string
	for i := range f.of.Elem().NumField() {
		if !f.of.Elem().Field(i).IsNil() {
			names = append(names, f.of.Elem().Type().Field(i).Tag.Get("name"))
		}
	}
	return names
}

// Idle returns the first setting that was given and has no effect in p, and which
// setting it needs; empty if there is none.
func (f *Flags) Idle(p any) (name, needs string) {
	list := each(p)
	for _, s := range list {
		if g := f.of.Elem().FieldByName(s.field.Name); g.IsValid() && !g.IsNil() && !effective(list, s) {
			return s.name, missing(list, s)
		}
	}
	return "", ""
}
