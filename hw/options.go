package hw

import (
	"fmt"
	"slices"
	"strings"
)

// eager is the word of Options.Eager.
const eager = "eager"

// parse reads the words after the colon of a device's name.
func (d *Driver) parse(words string, o *Options) error {
	var kind, variant string // the words that were taken for them
	variants := d.Variants()
	for _, word := range strings.Split(words, ",") {
		switch {
		case word == eager && d.Eager:
			o.Eager = true
		case slices.Contains(d.Types, Type(word)):
			if kind != "" && kind != word {
				return fmt.Errorf("%s and %s are two compute types; name one", kind, word)
			}
			kind, o.Type = word, Type(word)
		case slices.Contains(variants, word), len(variants) == 0 && word != "": // without any, Open knows why
			if variant != "" && variant != word {
				return fmt.Errorf("%s and %s are two %s; name one", variant, word, d.Variant)
			}
			variant, o.Variant = word, word
		default:
			has := fmt.Sprintf("%s %s; compute types %s", d.Variant, strings.Join(variants, ", "), d.types())
			if d.Eager {
				has += "; " + eager
			}
			return fmt.Errorf("no %q here; %s has: %s", word, d.Name, has)
		}
	}
	return nil
}

func (d *Driver) types() string {
	var names []string
	for _, t := range d.Types {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}

// full is the name under which the device is opened with these options: one name
// for one device, whatever the order of the words was. The default type is left out,
// and so is the number 0, the default card.
func (d *Driver) full(o *Options) string {
	var words []string
	if o.Variant != "" && o.Variant != "0" {
		words = append(words, o.Variant)
	}
	if o.Type != F32 {
		words = append(words, string(o.Type))
	}
	if o.Eager {
		words = append(words, eager)
	}
	if len(words) == 0 {
		return d.Name
	}
	return d.Name + ":" + strings.Join(words, ",")
}
