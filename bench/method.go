package bench

import "ltpbench/pruners"

// Method names the series that a rule belongs to: the rule's own name, and for
// top-k the schedule, since the published one and its relatives are rivals.
func Method(p pruners.Pruner) string {
	name := p.Spec().Name
	if k, ok := p.(pruners.TopK); ok {
		switch {
		case k.Flat != 0:
			return name + ":keep"
		case k.Start == 1:
			return name + ":start=1"
		}
	}
	return name
}
