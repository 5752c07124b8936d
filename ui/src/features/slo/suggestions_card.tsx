// SPDX-License-Identifier: Apache-2.0
// What was seen in spans and has no objective: one click fills in the form.
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { sloSuggestionsQuery, type SloSubject } from '@/api/slo_queries';
import { humanDuration, parseDuration } from '@/base/duration';
import { percent, plural, shortNumber } from '@/base/number_format';
import { offersOf, wizardLink, type OpenOffer } from '@/model/slo_offers';
import { Button } from '@/widgets/button';
import { Card } from '@/widgets/card';
import { Failure, Skeleton } from '@/widgets/states';
import styles from './wizard.module.css';

const atFirst = 6;

export function SuggestionsCard({ text }: { text: string }) {
  const query = useQuery(sloSuggestionsQuery());
  const [isWhole, setWhole] = useState(false);
  if (query.isPending) {
    return (
      <Card title="Seen in traces, without an objective">
        <Skeleton lines={3} />
      </Card>
    );
  }
  if (query.isError) {
    return (
      <Card title="Seen in traces, without an objective">
        <Failure what="What traces know" error={query.error} onRetry={() => void query.refetch()} />
      </Card>
    );
  }
  const open = offersOf(query.data.suggestions, text);
  if (open.length === 0) return null;
  const shown = isWhole ? open : open.slice(0, atFirst);
  return (
    <Card
      title="Seen in traces, without an objective"
      note={plural(open.length, 'journey or service', 'journeys and services')}
    >
      <ul className={styles['offers']}>
        {shown.map((one) => (
          <Offer
            key={`${one.subject.kind}${one.subject.service}${one.subject.journey}`}
            open={one}
            days={query.data.days}
          />
        ))}
      </ul>
      {open.length > shown.length && (
        <div className={styles['more']}>
          <Button look="quiet" onClick={() => setWhole(true)}>
            {open.length - shown.length} more
          </Button>
        </div>
      )}
    </Card>
  );
}

function Offer({ open: { subject, availability, latency }, days }: { open: OpenOffer; days: number }) {
  return (
    <li>
      <span className={styles['offerName']}>
        <b>{subject.journey || subject.service}</b>
        <span>
          {subject.kind === 'journey' ? `journey, ${subject.service}` : 'service'}; {shortNumber(subject.calls)} calls
          on {subject.days} of {days} days
        </span>
      </span>
      {availability && (
        <OfferLink
          subject={subject}
          sli="availability"
          title={`${availability.objective} % without error`}
          was={`${availability.kept ? 'was' : 'missed, was'} ${percent4(availability.sli)}`}
        />
      )}
      {latency && (
        <OfferLink
          subject={subject}
          sli="latency"
          title={`${latency.objective} % within ${humanDuration(parseDuration(latency.spec.sli?.latency?.threshold ?? '') ?? 0)}`}
          was={`${latency.kept ? 'was' : 'missed, was'} ${percent(latency.sli)}`}
        />
      )}
    </li>
  );
}

const percent4 = (ratio: number): string => `${Number((ratio * 100).toFixed(3))} %`;

function OfferLink({
  subject,
  sli,
  title,
  was,
}: {
  subject: SloSubject;
  sli: 'availability' | 'latency';
  title: string;
  was: string;
}) {
  return (
    <Link href={wizardLink(subject, sli)} className={styles['offer']}>
      <Plus aria-hidden />
      <span>
        {title}
        <small>{was}</small>
      </span>
    </Link>
  );
}
