package main

import (
	"fmt"
	"slices"
	"strings"

	"ltpbench/bench/plan"
)

// share is share i of n of a part, such as 0/3: every n-th of its methods, as a record that nobody reads. Its cells are
// the part's.
func (x part) share(text string) (part, error) {
	var i, n int
	if _, err := fmt.Sscanf(text, "%d/%d", &i, &n); err != nil || i < 0 || i >= n {
		return x, fmt.Errorf("-share %s: want I/N, such as 0/3", text)
	}
	var methods, names []string
	for at, text := range x.plan.Methods {
		if at%n != i {
			continue
		}
		m, err := plan.ParseMethod(text)
		if err != nil {
			return x, err
		}
		methods, names = append(methods, text), append(names, m.Name)
	}
	var settings []plan.Own
	for _, o := range x.plan.Own {
		o.Names = slices.DeleteFunc(slices.Clone(o.Names), func(name string) bool { return !slices.Contains(names, name) })
		if len(o.Names) > 0 {
			settings = append(settings, o)
		}
	}
	x.plan.Methods, x.plan.Own, x.plan.Compare = methods, settings, nil
	x.name += ".share" + strings.ReplaceAll(text, "/", "-")
	return x, nil
}
