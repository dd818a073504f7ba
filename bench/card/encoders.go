package main

import (
	"io"
	"slices"
	"strconv"

	"ltpbench/bench/peers/engine"
	"ltpbench/internal/ragged"
	"ltpbench/model"
	"ltpbench/results"
)

// row is a line of a comparison.
type row struct {
	point  string
	keys   []results.Key
	job    engine.Job
	peers  []string
	tokens int // of a pass
}

func (r *row) label() string {
	label := ""
	for _, k := range r.keys {
		label += "/" + k.Name + "=" + k.Value
	}
	return r.point + label
}

// workload is what a row's batches are made of.
type workload struct {
	name  string
	count int // texts of a pass
	batch int
	order string // "natural" or "sorted" by length
}

// texts are the rows of a model: batches of each size, each pass long enough to be timed.
func texts(tiny bool) []workload {
	if tiny {
		return []workload{{"sst2", 4, 2, "natural"}, {"9", 2, 1, "natural"}}
	}
	return []workload{
		{"imdb", 128, 32, "natural"}, {"512", 64, 32, "natural"}, {"sst2", 512, 32, "natural"}, {"512", 256, 256, "natural"}, {"sst2", 64, 1, "natural"},
		{"imdb", 256, 256, "natural"}, {"512", 16, 1, "natural"}, {"sst2", 768, 256, "natural"}, {"imdb", 128, 32, "sorted"}, {"sst2", 512, 32, "sorted"},
		{"50", 512, 32, "natural"}, {"imdb", 32, 1, "natural"}, {"50", 64, 1, "natural"}, {"50", 768, 256, "natural"},
	}
}

// first is how many of the texts come first, for all models and types.
const first = 5

// job turns a text into a row of the model on the device.
func (o *options) row(s shape, kind string, x workload) (row, error) {
	r := row{point: "Encoder", keys: []results.Key{{Name: "model", Value: s.name}, {Name: "type", Value: kind}, {Name: "text", Value: x.name},
		{Name: "order", Value: x.order}, {Name: "batch", Value: strconv.Itoa(x.batch)}}}
	examples, labels, err := s.examples(x.name, x.count)
	if err != nil {
		return r, err
	}
	if x.order == "sorted" {
		slices.SortStableFunc(examples, func(a, b ragged.Sequence) int { return len(a.IDs) - len(b.IDs) })
	}
	folder, err := s.folder(o.models)
	if err != nil {
		return r, err
	}
	// A card's peers compute every row of the last layer, so this program does too.
	r.job = engine.Job{Do: "encoder", Model: folder, Device: o.remote, Type: kind, Exact: true}
	for part := range slices.Chunk(examples, x.batch) {
		var ids [][]int32
		for _, e := range part {
			ids = append(ids, e.IDs)
			r.tokens += len(e.IDs)
		}
		r.job.Batches = append(r.job.Batches, ids)
	}
	r.job.Labels = slices.Collect(slices.Chunk(labels, x.batch))
	return r, nil
}

// flops is `paper` over a pass' tokens.
func (s shape) flops(r *row) (sum int64) {
	for _, b := range r.job.Batches {
		for _, ids := range b {
			sum += model.Full(&s.config, len(ids))
		}
	}
	return sum
}

// encoders compares encoders with PyTorch, padded and without padding, type by type.
func encoders(o *options, out, log io.Writer) error {
	b, err := o.begin(out, log)
	if err != nil {
		return err
	}
	defer b.close()
	for _, kind := range o.types {
		b.peak(kind)
	}
	all := texts(o.tiny)
	for _, part := range [][]workload{all[:min(first, len(all))], all[min(first, len(all)):]} {
		for _, s := range shapes(o.tiny) {
			for _, kind := range o.types {
				for _, x := range part {
					r, err := o.row(s, kind, x)
					if err != nil {
						return err
					}
					r.peers = []string{"pytorch"}
					if uneven := x.name[0] > '9'; uneven && (kind == "bf16" || kind == "f16") {
						r.peers = append(r.peers, "varlen")
					} else if uneven { // nested tensors are far slower, and all there is in float32
						r.peers = append(r.peers, "nested")
					}
					b.measure(&r, s.flops(&r))
				}
			}
		}
	}
	return b.end()
}

// compiled compares the encoder with torch.compile at 512 tokens.
func compiled(o *options, out, log io.Writer) error {
	b, err := o.begin(out, log)
	if err != nil {
		return err
	}
	defer b.close()
	all := []workload{{"512", 64, 32, "natural"}, {"512", 16, 1, "natural"}}
	if o.tiny {
		all = []workload{{"9", 2, 1, "natural"}}
	}
	for _, kind := range o.types {
		b.peak(kind)
		for _, s := range shapes(o.tiny) {
			for _, x := range all {
				r, err := o.row(s, kind, x)
				if err != nil {
					return err
				}
				r.peers = []string{"pytorch", "compiled"}
				b.measure(&r, s.flops(&r))
			}
		}
	}
	return b.end()
}

// training compares steps of fine-tuning.
func training(o *options, out, log io.Writer) error {
	b, err := o.begin(out, log)
	if err != nil {
		return err
	}
	defer b.close()
	all := []workload{{"sst2", 256, 32, "natural"}, {"imdb", 64, 32, "natural"}, {"sst2", 512, 256, "natural"}}
	if o.tiny {
		all = []workload{{"sst2", 4, 2, "natural"}}
	}
	for _, s := range shapes(o.tiny) {
		for _, kind := range o.types {
			b.peak(kind)
			for _, x := range all {
				r, err := o.row(s, kind, x)
				if err != nil {
					return err
				}
				r.point, r.job.Do, r.peers = "Train", "train", []string{"pytorch"}
				b.measure(&r, 3*s.flops(&r)) // a backward pass costs two forward passes
			}
		}
	}
	return b.end()
}
