package tokenize

import (
	"bytes"
	"slices"
	"strings"
)

// trie finds which of many keys a text begins with. The children of a node stand one after another, ordered
// by their bytes.
type trie struct {
	nodes  []trieNode
	labels []byte // of each node, the byte that leads to it
	root   [256]int32
}

type trieNode struct {
	first, end int32 // its children
	value      int32 // -1: no key ends here
}

// newTrie makes a trie of keys; values are at least 0.
func newTrie(keys map[string]int32) *trie {
	sorted := make([]string, 0, len(keys))
	total := 1
	for key := range keys {
		sorted = append(sorted, key)
		total += len(key)
	}
	slices.Sort(sorted)
	t := &trie{nodes: make([]trieNode, 1, total), labels: make([]byte, 1, total)}
	type share struct { // the keys below a node
		node    int32
		lo, end int
		depth   int
	}
	for queue := []share{{0, 0, len(sorted), 0}}; len(queue) > 0; {
		var next []share
		for _, s := range queue {
			n := &t.nodes[s.node]
			n.value, n.first = -1, int32(len(t.nodes))
			lo := s.lo
			if lo < s.end && len(sorted[lo]) == s.depth {
				n.value = keys[sorted[lo]]
				lo++
			}
			for lo < s.end {
				prefix := sorted[lo][:s.depth+1]
				end := lo + 1
				for end < s.end && strings.HasPrefix(sorted[end], prefix) {
					end++
				}
				next = append(next, share{int32(len(t.nodes)), lo, end, s.depth + 1})
				t.nodes, t.labels = append(t.nodes, trieNode{}), append(t.labels, prefix[s.depth])
				lo = end
			}
			t.nodes[s.node].end = int32(len(t.nodes))
		}
		queue = next
	}
	for c := range t.root {
		t.root[c] = t.child(0, byte(c))
	}
	return t
}

// step returns the child that a byte leads to, or -1.
func (t *trie) step(node int32, c byte) int32 {
	if node == 0 {
		return t.root[c]
	}
	return t.child(node, c)
}

func (t *trie) child(node int32, c byte) int32 {
	n := &t.nodes[node]
	if n.end-n.first > 8 {
		i := bytes.IndexByte(t.labels[n.first:n.end], c)
		if i < 0 {
			return -1
		}
		return n.first + int32(i)
	}
	for i := n.first; i < n.end; i++ {
		if t.labels[i] == c {
			return i
		}
	}
	return -1
}

// longest returns the value and the length of the longest key that the text begins with; the length is 0 if
// there is none.
func (t *trie) longest(text []byte) (value int32, length int) {
	node := int32(0)
	for i, c := range text {
		if node = t.step(node, c); node < 0 {
			break
		}
		if v := t.nodes[node].value; v >= 0 {
			value, length = v, i+1
		}
	}
	return value, length
}
