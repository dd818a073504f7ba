package stats

import "math"

// Pooled is the mean of differences that several studies found, such as one task each. Its Error and Freedom are those
// of the interval of Hartung and Knapp.
type Pooled struct {
	Estimate
	Studies int
	// Tau is the standard deviation of the true differences between studies, the part of their scatter that their own
	// errors do not explain.
	Tau float64
	// Weights are the studies' shares in the mean; they sum to 1.
	Weights []float64
}

// Pool pools the differences of studies as random effects: each study has its own true difference, and what is sought is
// their mean. It is false for fewer than two studies, and where one has no error, which no weight could do justice.
//
//	w_i = 1 / (error_i^2 + tau^2), mean = sum w_i y_i / sum w_i
//	tau^2: sum w_i (y_i - mean)^2 = k - 1, or 0 (R. C. Paule, J. Mandel, 1982)
//	error^2 = max(1, q) / sum w_i, q = sum w_i (y_i - mean)^2 / (k - 1), with k - 1 degrees of freedom
//	(J. Hartung, G. Knapp, 2001; max: C. Röver, G. Knapp, T. Friede, 2015, so that studies which agree
//	by chance do not make the interval narrower than their own errors allow)
func Pool(studies []Estimate) (Pooled, bool) {
	k := len(studies)
	if k < 2 {
		return Pooled{}, false
	}
	p := Pooled{Studies: k, Weights: make([]float64, k)}
	for _, s := range studies {
		if !(s.Error > 0) {
			return Pooled{}, false
		}
	}
	p.Tau = math.Sqrt(scatter(studies))
	mean, q, sum := weighted(studies, p.Tau*p.Tau, p.Weights)
	for i := range p.Weights {
		p.Weights[i] /= sum
	}
	p.Estimate = Estimate{Value: mean, Error: math.Sqrt(max(1, q/float64(k-1)) / sum), Freedom: float64(k - 1), Seeds: studies[0].Seeds}
	for _, s := range studies {
		p.Seeds = min(p.Seeds, s.Seeds)
	}
	return p, true
}

// MeanOfDependent is the plain mean of estimates whose errors may go together, such as those of two models on the same
// examples: its error is what it is if they go together entirely, the largest that it can be.
func MeanOfDependent(list []Estimate) Estimate {
	m := list[0]
	m.Value, m.Error = 0, 0
	for _, e := range list {
		m.Value += e.Value / float64(len(list))
		m.Error += e.Error / float64(len(list))
		m.Freedom, m.Seeds = min(m.Freedom, e.Freedom), min(m.Seeds, e.Seeds)
	}
	return m
}

// weighted returns the studies' weighted mean, the weighted sum of squares about it, and the sum of the weights, which it
// writes to w.
func weighted(studies []Estimate, tau2 float64, w []float64) (mean, q, sum float64) {
	for i, s := range studies {
		w[i] = 1 / (s.Error*s.Error + tau2)
		mean += w[i] * s.Value
		sum += w[i]
	}
	mean /= sum
	for i, s := range studies {
		q += w[i] * (s.Value - mean) * (s.Value - mean)
	}
	return mean, q, sum
}

// scatter is Paule and Mandel's variance between studies. The sum of squares falls as it rises, so halving finds it.
func scatter(studies []Estimate) float64 {
	w := make([]float64, len(studies))
	want := float64(len(studies) - 1)
	excess := func(tau2 float64) bool { _, q, _ := weighted(studies, tau2, w); return q > want }
	if !excess(0) {
		return 0
	}
	low, high := 0.0, 0.0
	for _, s := range studies { // all values' squared distance bounds it: with that, q is at most k - 1
		for _, o := range studies {
			high += (s.Value - o.Value) * (s.Value - o.Value)
		}
	}
	for low < high {
		middle := (low + high) / 2
		if middle == low || middle == high {
			break
		}
		if excess(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}
