package tokenize

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// unigram is SentencePiece's model: of all ways to cut a piece into tokens the one with the largest sum of scores
// (Kudo, arXiv 1804.10959).
type unigram struct {
	vocab  vocab
	scores []float64 // by id
	tokens *trie
	// unknown's id is the token of characters that the vocabulary lacks, which neighbours share.
	unknown unknown
	penalty float64 // an unknown character's score
	bytes   *[256]int32
}

// unknownPenalty is how far an unknown character's score is below the least.
const unknownPenalty = 10

func parseUnigram(text json.RawMessage) (model, error) {
	var f struct {
		Vocab   []scored
		Unknown *int `json:"unk_id"`
		Bytes   bool `json:"byte_fallback"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	if len(f.Vocab) == 0 {
		return nil, errors.New("vocab is empty")
	}
	if len(f.Vocab) > mostIDs {
		return nil, fmt.Errorf("vocab has %d tokens", len(f.Vocab))
	}
	u := &unigram{vocab: make(vocab, len(f.Vocab)), scores: make([]float64, len(f.Vocab)), unknown: unknown{"", none}, penalty: math.Inf(1)}
	for id, one := range f.Vocab {
		u.vocab[one.token] = int32(id) // of duplicates the last
		u.scores[id] = one.score
		u.penalty = min(u.penalty, one.score)
	}
	u.penalty -= unknownPenalty
	if f.Unknown != nil {
		if *f.Unknown < 0 || *f.Unknown >= len(f.Vocab) {
			return nil, fmt.Errorf("unk_id %d is not in the vocabulary", *f.Unknown)
		}
		u.unknown = unknown{f.Vocab[*f.Unknown].token, int32(*f.Unknown)}
	}
	if f.Bytes {
		u.bytes = byteTokens(u.vocab)
	}
	u.tokens = newTrie(u.vocab)
	return newCached(u), nil
}

// scored is a token with its score: ["token", -1.5].
type scored struct {
	token string
	score float64
}

func (s *scored) UnmarshalJSON(text []byte) error {
	two := []any{&s.token, &s.score}
	if err := json.Unmarshal(text, &two); err != nil {
		return err
	}
	if len(two) != 2 {
		return errors.New("vocab: an entry is not a token with its score")
	}
	return nil
}

func (u *unigram) vocabulary() map[string]int32 { return u.vocab }

// way is the best way to cut what is before a place of a piece.
type way struct {
	score float64
	from  int32 // where its last token begins; -1: there is no way
	id    int32
}

func (u *unigram) ids(s *scratch, to []int32, piece []byte) []int32 {
	s.ways = append(s.ways[:0], way{})
	for range piece {
		s.ways = append(s.ways, way{from: -1})
	}
	best := s.ways
	offer := func(end int, p way) {
		if best[end].from < 0 || p.score > best[end].score {
			best[end] = p
		}
	}
	for at := 0; at < len(piece); {
		size := charSize(piece, at)
		score, single := best[at].score, false
		node := int32(0)
		for i := at; i < len(piece); i++ {
			if node = u.tokens.step(node, piece[i]); node < 0 {
				break
			}
			if id := u.tokens.nodes[node].value; id >= 0 {
				offer(i+1, way{score + u.scores[id], int32(at), id})
				single = single || i+1-at == size
			}
		}
		if !single {
			if u.unknown.id == none {
				return u.unknown.append(s, to, piece)
			}
			offer(at+size, way{score + u.penalty, int32(at), u.unknown.id})
		}
		at += size
	}
	return u.backtrack(s, to, piece)
}

// backtrack appends the tokens of the best way. Neighbouring unknown characters are looked up together.
func (u *unigram) backtrack(s *scratch, to []int32, piece []byte) []int32 {
	begin := len(to)
	for end := int32(len(piece)); end > 0; {
		p := s.ways[end]
		if p.id != u.unknown.id {
			to = append(to, p.id)
			end = p.from
			continue
		}
		from := p.from
		for from > 0 && s.ways[from].id == u.unknown.id {
			from = s.ways[from].from
		}
		together := piece[from:end]
		end = from
		if id, ok := u.vocab[string(together)]; ok {
			to = append(to, id)
			continue
		}
		n := len(to)
		for i := len(together) - 1; i >= 0 && u.bytes != nil; i-- {
			if to = append(to, u.bytes[together[i]]); to[len(to)-1] == none {
				to = to[:n]
				break
			}
		}
		if len(to) == n {
			to = append(to, u.unknown.id)
		}
	}
	for i, j := begin, len(to)-1; i < j; i, j = i+1, j-1 {
		to[i], to[j] = to[j], to[i]
	}
	return to
}
