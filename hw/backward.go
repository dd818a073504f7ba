package hw

// Backward is a device that can also train. Every gradient operation stands for
// one forward operation of the same name. Gradients of parameters are added to
// what is there, gradients of activations overwrite it unless noted otherwise.
// An absent gradient is not wanted and not computed.
type Backward interface {
	Device

	// Repack brings the packed layouts up to date after the masters have changed.
	Repack(w Weights)
	// Zero sets m to 0.
	Zero(m Mat)
	// Dropout sets y = x with elements dropped; y may be x. It is its own gradient.
	Dropout(y, x Mat, drop Dropout)

	// LinearGrad: dy is the gradient of x·Wᵀ + bias, before the activation.
	LinearGrad(dx, dw, db, dy, x Mat, w Weights)
	// ActGrad sets dx = dy·act'(·). saved is what the activation saw or what it
	// returned, see Act.FromInput; dx may be dy.
	ActGrad(dx, dy, saved Mat, act Act)
	// AttentionGrad goes back through Context (rows as given there) and Scores.
	// dscored, Seqs.Rows × 1, is the gradient into the scores, or absent.
	AttentionGrad(to AttentionGrads, dy Mat, a *Attention, rows Ints, dscored Mat)
	// NormGrad: dx is the gradient of x and of residual alike.
	NormGrad(dx, dgain, dbias, dy, x, residual Mat, n NormWeights)
	// ScaleGrad goes back through Scale: dx = dy·perRow, dper = Σ_columns dy·x;
	// dx may be dy.
	ScaleGrad(dx, dper, dy, x, perRow Mat)
	// Scatter adds each row of dy to the listed row of dx (back through Gather).
	// No row is listed twice.
	Scatter(dx, dy Mat, rows Ints)
	// CombineGrad adds to dx what Combine sends back, and sets dweights, as many
	// entries as c.Weights, to dweights_j = <dy_i, x_Rows[j]> for new row i. Entries
	// past the last offset stay as they are. x is read for dweights alone.
	CombineGrad(dx, dweights, dy, x Mat, c Combination)
	// SequenceSoftmaxGrad: y is what SequenceSoftmax returned; dx may be dy.
	SequenceSoftmaxGrad(dx, dy, y Mat, s Seqs)
	// EmbedGrad adds the gradients of the tables and of the norm to dt.
	EmbedGrad(dt Tables, dy Mat, t Tables, ids, positions, segments Ints)

	// CrossEntropy adds to loss (1×1) weight·mean over rows of the cross entropy
	// of softmax(logits) against target, rows of probabilities, and to dlogits
	// its gradient.
	CrossEntropy(loss, dlogits, logits, target Mat, weight float32)
	// SquaredError adds to loss weight·mean over elements of (x-target)², and to
	// dx its gradient.
	SquaredError(loss, dx, x, target Mat, weight float32)
	// GradNorm sets norm (1×1) to the L2 norm of all the listed matrices together.
	GradNorm(norm Mat, grads []Mat)
	// AdamW changes p by one step along g; m and v are its moments.
	AdamW(p, g, m, v Mat, s AdamW)
}

// AttentionGrads is where AttentionGrad puts gradients. Q and KV are overwritten.
// KeyBias and KeyWeight, Seqs.Rows × 1 or absent, are added to, for a key's bias or
// weight may act in several layers. With dA the gradient of the probabilities A and
// t_i = Σ_k dA_ik·A_ik they are
//
//	dKeyBias_j   = Σ_heads Σ_i A_ij·(dA_ij - t_i)
//	dKeyWeight_j = Σ_heads Σ_{i≠j} exp(S_ij)/(Σ_k G_ik·exp(S_ik))·(dA_ij - t_i)
type AttentionGrads struct{ Q, KV, KeyBias, KeyWeight Mat }

// AdamW is one step of the optimiser (Loshchilov and Hutter, arXiv 1711.05101):
//
//	g *= min(1, Clip/(Norm+1e-6))                 if Clip > 0
//	p *= 1 - Rate·Decay
//	m = Beta1·m + (1-Beta1)·g;  v = Beta2·v + (1-Beta2)·g²
//	p -= Rate · (m/(1-Beta1^Step)) / (√(v/(1-Beta2^Step)) + Eps)
type AdamW struct {
	Rate, Beta1, Beta2, Eps, Decay float32
	Step                           int     // from 1
	Norm                           Mat     // 1×1, the gradients' norm; stays on the device
	Clip                           float32 // 0: no clipping
}
