// Package results reads and writes what was measured: records and per-example predictions.
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
// The configuration comes first: what is true for the whole run. Then follows one line
// per measurement, written as soon as it is known. The name of a line identifies the
// measured point, from coarse to fine, and ends with the number of threads. Metadata of a
// registered unit precedes its first use; Units describes each.
//
// A sweep's record has three parts, in this order, distinguished by the lines' names:
// Sweep lines with what is counted (scores, FLOPs), each written as soon as its point is
// known; then what was timed, written at once, because times taken at different moments
// are not comparable: Sweep lines of the same names, Length lines (tokens=16-31: batch 1,
// texts of that many tokens), Throughput lines (batch=8/tokens=64: texts of exactly that
// length) and Card lines with a GPU's clocks, power and temperature, if available; and
// last Run, the peak memory of the whole program. A record without Run is unfinished.
//
// Lines that begin with "# sha256" are checksums of what precedes them, up to the checksum
// before; "# predictions" gives number and checksum of the point's predictions beside the
// record. Lines that do not match their checksum are reported and ignored. Records of
// earlier builds have none.
//
// Lines of one name belong together: they carry different units (accuracy first, the time
// once it was taken) or repeats of one unit (rounds). Rows merges them.
package results
