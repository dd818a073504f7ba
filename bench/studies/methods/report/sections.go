package main

// budgetsOf are the budgets of each text.
var budgetsOf = map[string][]string{"SST-2": {"0.5", "0.7"}, "MRPC": {"0.5"}}

// sections lists what the page has of the study.
func (s *study) sections() ([]section, error) {
	sst2, err := against(s.test, budgetsOf["SST-2"])
	if err != nil {
		return nil, err
	}
	second, err := against(s.second, budgetsOf["SST-2"])
	if err != nil {
		return nil, err
	}
	mrpc, err := against(s.mrpc, budgetsOf["MRPC"])
	if err != nil {
		return nil, err
	}
	pairs, err := s.pairs()
	if err != nil {
		return nil, err
	}
	grid, gains, err := s.grid()
	if err != nil {
		return nil, err
	}
	return []section{
		{"summary", summaryHead + summary("SST-2", sst2, budgetsOf["SST-2"]) + summary("SST-2, seed 2", second, budgetsOf["SST-2"]) + summary("MRPC", mrpc, budgetsOf["MRPC"])},
		{"sst2", points(s.test, s.dev, budgetsOf["SST-2"])},
		{"mrpc", points(s.mrpc, nil, budgetsOf["MRPC"])},
		{"sst2-differences", differences(s.test, sst2, budgetsOf["SST-2"])},
		{"mrpc-differences", differences(s.mrpc, mrpc, budgetsOf["MRPC"])},
		{"pairs", pairs},
		{"ragged", s.ragged()},
		{"second", points(s.second, nil, budgetsOf["SST-2"])},
		{"second-differences", differences(s.second, second, budgetsOf["SST-2"])},
		{"scores", grid + "\n" + gains},
	}, nil
}
