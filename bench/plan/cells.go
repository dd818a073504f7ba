package plan

import "ltpbench/results"

// Cell is one method at one budget and seed: what is trained, evaluated and timed.
type Cell struct {
	Method Method
	Budget float64 // 0: none is aimed at
	Seed   uint64
	Tuned  bool // fine-tuned with the rule, where there is training text
}

// None reports whether the cell is the unpruned model.
func (c Cell) None() bool { return c.Method.Name == results.MethodNone }

// Cells lists the cells of one model on one text, seed after seed, the unpruned
// model first. Whether a budget can be reached is not asked.
func (p Plan) Cells(d Data) []Cell {
	var cells []Cell
	for _, seed := range p.Seeds {
		cells = append(cells, Cell{Method: Method{Name: results.MethodNone}, Seed: seed, Tuned: true})
		for _, text := range p.Methods {
			m, err := ParseMethod(text)
			if err != nil {
				panic("plan: cells of a plan that Check refuses")
			}
			cell := Cell{Method: m, Seed: seed, Tuned: d.Train != "" && !p.Training.BaseOnly}
			for _, b := range p.budgets(m) {
				cell.Budget = b
				cells = append(cells, cell)
				if cell.Tuned && p.Training.Untuned {
					loose := cell
					loose.Tuned = false
					cells = append(cells, loose)
				}
			}
		}
	}
	return cells
}

func (p Plan) budgets(m Method) []float64 {
	if m.Budgets != nil {
		return m.Budgets
	}
	if m.Budgeted {
		return p.Budgets
	}
	return []float64{0}
}
