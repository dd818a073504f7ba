// Package results holds what was measured: records, per-example predictions,
// and the tables and the curve that a terminal shows.
//
// A record is a text file in the Go benchmark format, so benchstat reads it:
//
//	model: minilm-6x384
//	machine: x86-64, 2 cores
//
//	Unit accuracy better=higher assume=exact
//
//	BenchmarkSweep/method=topk/spec=topk:rate=0.2-2 872 0.87 accuracy 4.1e+09 paper-FLOPs/example
//
// First comes the configuration, what is true for the whole run; then one line per
// measurement, written the moment it is known. The name of a line says what was
// measured, from coarse to fine, and ends with the number of threads. Metadata of
// a standard unit precedes its first use; Units says what each means.
//
// A sweep's record holds three parts, in this order, each found by the lines' names:
// Sweep lines with what is exact (score, FLOPs), one as soon as a point is known;
// then what was timed, all written at once, since times of different moments are not
// to be compared: Sweep lines of the same names, and of the same keys and one or two
// more Length lines (tokens=16-31: one at a time, texts of that many tokens) and
// Throughput lines (batch=8/tokens=64: so many texts of exactly that length); Card
// lines with a GPU's clocks, power and temperature, if it tells them; and last Run, the whole program's peak memory. A record without Run is not finished.
//
// Lines of one name belong together: they may carry different units (accuracy
// first, the time once it was taken) or be repeats of one unit (rounds). Rows
// puts them together.
package results
