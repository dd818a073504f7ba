package text

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"ltpbench/internal/ragged"
	"ltpbench/model/tokenize"
)

// Encode turns an example, a text or a pair, into token IDs, at most maxLength of them, and reports whether it was
// truncated to them.
func Encode(t *tokenize.Tokenizer, x Example, maxLength int) (s ragged.Sequence, truncated bool, err error) {
	var pair *string
	if x.HasPair {
		pair = &x.Pair
	}
	e, err := t.Encode(x.Text, pair, maxLength)
	return ragged.Sequence{IDs: e.IDs, Segments: e.Segments, Second: e.Second, First: e.First, Lengths: e.Lengths}, e.Cut, err
}

// EncodeAll encodes examples on all processors, in their order, and returns how many of them were truncated. The error is
// that of the first example that has one, bad its index.
func EncodeAll(t *tokenize.Tokenizer, all []Example, maxLength int) (list []ragged.Sequence, truncated, bad int, err error) {
	const stretch = 64 // examples that a worker takes at once
	list = make([]ragged.Sequence, len(all))
	var next, cuts atomic.Int64
	var lock sync.Mutex
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (len(all)+stretch-1)/stretch) {
		workers.Go(func() {
			for {
				begin := int(next.Add(stretch)) - stretch
				for i := begin; i < min(begin+stretch, len(all)); i++ {
					var cut bool
					var e error
					if list[i], cut, e = Encode(t, all[i], maxLength); cut {
						cuts.Add(1)
					}
					if e != nil {
						lock.Lock()
						if err == nil || i < bad {
							bad, err = i, e
						}
						lock.Unlock()
						next.Add(int64(len(all))) // what comes later does not matter
						return
					}
				}
				if begin+stretch >= len(all) {
					return
				}
			}
		})
	}
	workers.Wait()
	if err != nil {
		return nil, 0, bad, err
	}
	return list, int(cuts.Load()), 0, nil
}

// Tokenize encodes a task's examples as EncodeAll does; an error names the task and the example.
func Tokenize(t *tokenize.Tokenizer, task *Task, all []Example, maxLength int) (list []ragged.Sequence, truncated int, err error) {
	list, truncated, bad, err := EncodeAll(t, all, maxLength)
	if err != nil {
		err = fmt.Errorf("%s, example %d: %w", task.Name, bad+1, err)
	}
	return list, truncated, err
}

// Truncated says in a sentence how many of all texts lost tokens to a limit, maxLength or the tokenizer's own if that is
// less; "" if none did.
func Truncated(t *tokenize.Tokenizer, truncated, all, maxLength int) string {
	if truncated == 0 {
		return ""
	}
	if own := t.MaxLength(); own > 0 {
		maxLength = min(maxLength, own)
	}
	return fmt.Sprintf("%d of %d texts are longer than %d tokens and truncated", truncated, all, maxLength)
}
