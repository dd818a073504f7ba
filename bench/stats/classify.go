package stats

import "math"

// z975 is the normal distribution's 97.5 % quantile.
const z975 = 1.959963984540054

// Accuracy is the share of true entries, with Wilson's interval.
func Accuracy(right []bool) (float64, Interval) {
	hits := 0
	for _, r := range right {
		if r {
			hits++
		}
	}
	return float64(hits) / float64(len(right)), Wilson(hits, len(right))
}

// Wilson is the score interval of a share of hits among n (E. B. Wilson, 1927). It stays within 0 and 1
// and is right for small n too; of no trials it is all of 0..1.
func Wilson(hits, n int) Interval {
	if n == 0 {
		return Interval{0, 1}
	}
	m, p, z2 := float64(n), float64(hits)/float64(n), z975*z975
	middle := p + z2/(2*m)
	half := z975 * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	scale := 1 + z2/m
	return Interval{max(0, (middle-half)/scale), min(1, (middle+half)/scale)}
}

// F1 is the harmonic mean of precision and recall of one class; 0 if it is neither predicted nor there.
func F1(predicted, labels []int, class int) float64 {
	mustPair(len(predicted), len(labels))
	both, either := 0, 0
	for i, p := range predicted {
		if p == class {
			either++
		}
		if labels[i] == class {
			either++
			if p == class {
				both++
			}
		}
	}
	if either == 0 {
		return 0
	}
	return 2 * float64(both) / float64(either)
}

// Matthews is Matthews' correlation coefficient, for more than two classes in the form of J. Gorodkin,
// 2004. It is 0 if all predictions or all labels are of one class.
func Matthews(predicted, labels []int) float64 {
	mustPair(len(predicted), len(labels))
	p, l := map[int]float64{}, map[int]float64{}
	right, n := 0.0, float64(len(labels))
	for i := range labels {
		p[predicted[i]]++
		l[labels[i]]++
		if predicted[i] == labels[i] {
			right++
		}
	}
	var pl, pp, ll float64 // sums of whole numbers: exact in any order
	for class, count := range p {
		pl += count * l[class]
		pp += count * count
	}
	for _, count := range l {
		ll += count * count
	}
	under := (n*n - pp) * (n*n - ll)
	if under == 0 {
		return 0
	}
	return (right*n - pl) / math.Sqrt(under)
}

func mustPair(a, b int) {
	if a != b {
		panic("stats: two lists of different lengths")
	}
}
