/** Questions that open to their answers. */
export function QuestionList({ questions }: { questions: readonly { question: string; answer: string }[] }) {
  return (
    <div className="grid gap-2">
      {questions.map(({ question, answer }) => (
        <details key={question} className="fold">
          <summary>{question}</summary>
          <p className="muted">{answer}</p>
        </details>
      ))}
    </div>
  )
}
