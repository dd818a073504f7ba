package hwtest

import "ltpbench/hw"

// scopes checks memory that ends before its device does.
func scopes(p *probe) {
	p.begin("operations read and write a scope's memory")
	s := p.d.Scope()
	host := p.random(3, 5)
	x, y := s.Floats(3, 5), p.out(2, 5)
	p.d.Write(x, host.float32s())
	list := s.Ints(2)
	p.d.WriteInts(list, []int32{2, 0})
	p.d.Gather(y, x, list)
	s.Close() // what was requested is done first
	other := p.d.Scope()
	p.d.Write(other.Floats(3, 5), make([]float32, 15))
	p.want("rows gathered from a scope that ended afterwards", y, mat{2, 5, append(append([]float64(nil), host.x[10:15]...), host.x[:5]...)})
	s.Close() // nothing
	other.Close()
	p.end()

	p.begin("a scope's memory is zeroed, whatever was there before")
	for range 3 {
		s := p.d.Scope()
		for _, m := range []hw.Mat{s.Floats(40, 50), s.Floats(3, 1), s.Floats(700, 900)} {
			got := p.floats(m)
			for _, v := range got {
				if v != 0 {
					p.fail("an element of new memory is %v", v)
					break
				}
			}
			for i := range got {
				got[i] = poison
			}
			p.d.Write(m, got)
		}
		s.Close()
	}
	p.end()

	p.begin("one scope's end leaves another alone")
	a, b := p.d.Scope(), p.d.Scope()
	w, bias := p.weights(7, 5)
	packed := b.Pack(w.float32s(), bias.float32s(), 7, 5)
	in, out := b.Floats(2, 5), b.Floats(2, 7)
	p.d.Write(in, p.random(2, 5).float32s())
	p.d.Linear(out, in, packed, hw.Identity, hw.Mat{})
	before := p.floats(out)
	p.d.Write(a.Floats(2000, 9), make([]float32, 18000))
	a.Close()
	p.d.Linear(out, in, packed, hw.Identity, hw.Mat{})
	p.same("the product", p.floats(out), before)

	b.Close()
	p.begin("use after the end")
	for what, use := range map[string]func(){
		"a matrix": func() { p.d.Read(before, out) },
		"weights":  func() { p.d.Linear(p.out(2, 7), p.mat(p.random(2, 5)), packed, hw.Identity, hw.Mat{}) },
		"a scope":  func() { b.Floats(1, 1) },
	} {
		if !panics(func() { use(); _ = p.d.Sync() }) {
			p.fail("%s is used after its scope has ended", what)
		}
	}
	p.end()

	p.footprint()

	p.begin("the device ends its scopes")
	d := p.device(hw.Options{})
	left := d.Scope()
	left.Floats(5, 5)
	if err := d.Close(); err != nil {
		p.fail("Close: %v", err)
	}
	left.Close()
}

// footprint checks that scopes that take turns need the memory of one.
func (p *probe) footprint() {
	p.begin("memory of scopes that take turns")
	d, counts := p.d.(hw.Footprint)
	if !counts {
		return
	}
	before, _ := d.Footprint()
	const most = 3 << 20 // floats
	var held int64
	for i := range 20 {
		s := p.d.Scope()
		s.Floats(most-i*100000, 1)
		s.Probs(2, 50)
		now, _ := d.Footprint()
		if i == 0 {
			held = now
		}
		if now-before < 4*(most-int64(i)*100000) || now > held {
			p.fail("with scope %d %d bytes are held, with the first %d, without any %d", i, now, held, before)
		}
		s.Close()
	}
	if now, peak := d.Footprint(); now != before || peak < held {
		p.fail("%d bytes are held after all, at most %d; before %d", now, peak, before)
	}
	p.end()
}

func panics(f func()) (does bool) {
	defer func() { does = recover() != nil }()
	f()
	return false
}
