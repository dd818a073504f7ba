package main

type planCmd struct {
	Show planShowCmd `cmd:"" help:"Print the plan that a file or flags make, with all keys and defaults."`
}

type planShowCmd struct{ planFlags }

// Run prints the plan as TOML.
func (c *planShowCmd) Run(o *output) error {
	p, err := c.plan()
	if err != nil {
		return err
	}
	_, err = o.out.Write(p.Text())
	return err
}
