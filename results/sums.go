package results

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A record carries checksums: after what each write appended, the configuration first, follows a line
//
//	# sha256 0123456789abcdef
//
// with the first 16 hex digits of the SHA-256 of all bytes since the checksum before. A point with predictions beside the
// record is followed by their number and checksum, so that both files can be verified:
//
//	# predictions 872 0123456789abcdef
//
// Programs that read the benchmark format skip both. Records of earlier builds have neither and stay readable.
const (
	sumPrefix  = "# sha256 "
	notePrefix = "# predictions "
)

// Damage is a part of a file that is not as it was written.
type Damage struct {
	Path string
	Line int
	What string
}

// Error implements error.
func (d *Damage) Error() string { return fmt.Sprintf("%s:%d: %s", d.Path, d.Line, d.What) }

// Damage returns what of the record, and of the predictions read with it, is not as it was written; nil if all is. What a
// stopped run left incomplete at a file's end is no damage.
func (r *Record) Damage() error {
	var all []error
	for _, problem := range r.Problems {
		if d := (*Damage)(nil); errors.As(problem, &d) {
			all = append(all, d)
		}
	}
	return errors.Join(all...)
}

func hash(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// predicted is what a record says of a point's predictions.
type predicted struct {
	lines int
	hash  string
}

// note is the line of a record that says it.
func (p predicted) note() string { return fmt.Sprintf("%s%d %s\n", notePrefix, p.lines, p.hash) }

// readNote reads such a line.
func readNote(line []byte) (p predicted, ok bool) {
	text, ok := strings.CutPrefix(string(line), notePrefix)
	if !ok {
		return p, false
	}
	n, err := fmt.Sscanf(text, "%d %s", &p.lines, &p.hash)
	return p, n == 2 && err == nil
}

// predictedBy sums predictions as a PredictionWriter writes them.
func predictedBy(predictions []Prediction) (predicted, error) {
	data, err := predictionLines(predictions)
	return predicted{len(predictions), hash(data)}, err
}

// predictionLines are the lines of a file of predictions.
func predictionLines(predictions []Prediction) ([]byte, error) {
	var b bytes.Buffer
	for i := range predictions {
		line, err := json.Marshal(&predictions[i])
		if err != nil {
			return nil, fmt.Errorf("example %d of %s: %w", predictions[i].Example, predictions[i].Point, err)
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// source is a record's bytes, and where its parts are.
type source struct {
	ends    []int        // of the lines, just behind each newline
	summed  bool         // it carries checksums
	bad     map[int]bool // lines, from 1, whose checksum is wrong
	whole   int          // where the last part with a checksum ends; the last line, where there are none
	damages []error
}

// divide finds a record's lines and verifies its checksums.
func divide(path string, data []byte) *source {
	s := &source{bad: map[int]bool{}}
	for at := 0; ; {
		n := bytes.IndexByte(data[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
		s.ends = append(s.ends, at)
	}
	from, first := 0, 1
	for i := range s.ends {
		line := s.line(data, i+1)
		sum, ok := bytes.CutPrefix(line, []byte(sumPrefix))
		if !ok {
			continue
		}
		begin := s.ends[i] - len(line) - 1
		if got := hash(data[from:begin]); got != string(sum) {
			s.damages = append(s.damages, &Damage{path, first, fmt.Sprintf("lines %d to %d are damaged: their checksum is %s and line %d has %s; ignored", first, i+1, got, i+1, sum)})
			for n := first; n <= i+1; n++ {
				s.bad[n] = true
			}
		}
		s.summed, from, first, s.whole = true, s.ends[i], i+2, s.ends[i]
	}
	if !s.summed && len(s.ends) > 0 {
		s.whole = s.ends[len(s.ends)-1]
	}
	if last := len(s.ends); s.summed && first <= last {
		// What a stopped write leaves are whole lines and perhaps a part of one. Anything else is damage.
		for n := first; n <= last; n++ {
			line := s.line(data, n)
			if _, note := readNote(line); !note && !bytes.HasPrefix(line, []byte("Benchmark")) && !bytes.HasPrefix(line, []byte("Unit ")) {
				s.damages = append(s.damages, &Damage{path, n, "a damaged line; it and those after it are ignored"})
				break
			}
		}
	}
	return s
}

// line returns a line, from 1, without its end.
func (s *source) line(data []byte, n int) []byte {
	begin := 0
	if n > 1 {
		begin = s.ends[n-2]
	}
	return data[begin : s.ends[n-1]-1]
}
