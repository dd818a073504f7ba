package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

type jsonRows struct{ *lineReader }

// next reads the next line that is not empty.
func (r jsonRows) next() (row, error) {
	for {
		line, err := r.lineReader.next()
		if err != nil {
			return row{}, err
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		one := row{line: r.n}
		if err := one.parse(line); err != nil {
			return row{}, badLine{fmt.Errorf("line %d: %w", r.n, err)}
		}
		return one, nil
	}
}

// parse takes an object apart, its keys in their order.
func (r *row) parse(line string) error {
	d := json.NewDecoder(strings.NewReader(line))
	open, err := d.Token()
	if err != nil {
		return notJSON(err)
	}
	if open != json.Delim('{') {
		return errors.New("not a JSON object: write one {\"text\": ..., \"label\": ...} per line")
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return notJSON(err)
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return notJSON(err)
		}
		name := key.(string)
		if seen[name] {
			return fmt.Errorf("%q is there twice", shorten(name))
		}
		seen[name] = true
		cell, odd := string(raw), ""
		switch raw[0] {
		case '"':
			if err := json.Unmarshal(raw, &cell); err != nil {
				return notJSON(err)
			}
		case '{':
			odd = "an object"
		case '[':
			odd = "a list"
		case 'n':
			odd = "null"
		case 't', 'f':
			odd = "a boolean"
		default:
			odd = "a number"
		}
		r.names, r.cells, r.odd = append(r.names, name), append(r.cells, cell), append(r.odd, odd)
	}
	if _, err := d.Token(); err != nil {
		return notJSON(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("more than one JSON object: write one per line")
	}
	return nil
}

func notJSON(err error) error {
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	return fmt.Errorf("not JSON (%w): write one object per line", err)
}
