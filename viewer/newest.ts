/**
 * Asks one thing at a time, and always the newest: while a question is on its way, later ones replace each other, and only the
 * last is asked when the answer has come. So a worker never has a queue of questions that nobody wants answered any more.
 */
export function newest<Question, Answer>(ask: (question: Question) => Promise<Answer>, answered: (answer: Answer, question: Question) => void): (question: Question) => void {
  let waiting: { question: Question } | undefined
  let busy = false
  const next = async () => {
    if (busy || !waiting) return
    const { question } = waiting
    waiting = undefined
    busy = true
    try {
      const answer = await ask(question)
      answered(answer, question)
    } finally {
      busy = false
      void next()
    }
  }
  return (question) => {
    waiting = { question }
    void next()
  }
}
