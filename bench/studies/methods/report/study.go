package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"ltpbench/bench/verdict"
	"ltpbench/results"
)

// study is the records of the study of methods: SST-2's two splits, the test split again with another seed on a CPU, where
// it was timed too, MRPC, and scores against rules.
type study struct {
	test, dev, second, mrpc, scores *record
}

// record is a run that is asked about its methods.
type record struct {
	*results.Run
	scored *verdict.Scored // filled by ask
}

// open reads the study. What the small plans trained becomes methods of SST-2's test split, such as topk:start=1+grow.
func open(dir string) (*study, error) {
	s := &study{}
	for name, to := range map[string]**record{"sst2-test": &s.test, "sst2-dev": &s.dev, "mrpc": &s.mrpc, "scores": &s.scores, "sst2-second": &s.second} {
		run, err := openOne(dir, name)
		if err != nil {
			return nil, err
		}
		*to = &record{Run: run}
	}
	for _, v := range variants {
		run, err := openOne(dir, v.plan)
		if err != nil {
			return nil, err
		}
		if err := add(s.test.Run, run, v.plan, v.method); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func openOne(dir, name string) (*results.Run, error) {
	runs, err := results.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	if len(runs[0].Problems) > 0 {
		return nil, runs[0].Problems[0]
	}
	return runs[0], nil
}

// add adds a variant's points to the run whose other methods they are compared with.
func add(to, run *results.Run, plan, method string) error {
	for _, key := range []string{"model-hash", "data-hash", "numerics"} {
		if to.Get(key) != run.Get(key) {
			return fmt.Errorf("%s has %s %s, and %s %s: they cannot be compared", to.Path, key, to.Get(key), run.Path, run.Get(key))
		}
	}
	old, named := "/method="+method+"/", "/method="+method+"+"+plan+"/"
	for _, p := range run.Points {
		if p.Key(results.KeyMethod) != method {
			continue
		}
		keys := make([]results.Key, len(p.Keys))
		for i, k := range p.Keys {
			if k.Name == results.KeyMethod {
				k.Value += "+" + plan
			}
			keys[i] = k
		}
		p.Keys = keys
		to.Points = append(to.Points, p)
	}
	for _, p := range run.Predictions {
		if strings.Contains(p.Point, old) {
			p.Point = strings.Replace(p.Point, old, named, 1)
			to.Predictions = append(to.Predictions, p)
		}
	}
	return nil
}

// methods lists the run's methods in the order of its plan, the variants last.
func methods(run *record) (list []string) {
	seen := map[string]bool{results.MethodNone: true}
	for _, p := range run.Points {
		if name := p.Key(results.KeyMethod); p.Name == "Sweep" && !seen[name] {
			seen[name] = true
			list = append(list, name)
		}
	}
	return list
}

// at finds a method's point for a budget; nil where there is none.
func at(run *record, method, budget string) *results.Point {
	for i := range run.Points {
		p := &run.Points[i]
		if p.Name == "Sweep" && p.Key(results.KeyMethod) == method && p.Key(results.KeyBudget) == budget {
			return p
		}
	}
	return nil
}
